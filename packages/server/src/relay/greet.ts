import { encodeHello, limits } from '@rejoin/core'
import { frameMessage } from './frames.ts'
import type { Peer } from './peer.ts'

/** Tells our client which life of the document the server has, and what it may do. A stock client is told nothing. */
export function greet(peer: Peer, generation: string): void {
  if (!peer.isRejoin) return
  const access = peer.canWrite ? 'write' : 'read'
  peer.write(frameMessage(encodeHello({ generation, access, limits: { frameBytesMax: limits.frameBytesMax } })))
}
