import type { ResyncReason } from '@rejoin/core'
import type { Digest } from './digest.ts'

export interface CheckpointFacts {
  readonly tenant: string
  /** What the device is shown: a checkpoint of another scope cannot be continued. */
  readonly scope: string
}

/** How far a device has come. */
export interface FeedPosition {
  readonly seq: number
  /**
   * The purged tombstones up to here are nothing to it: it began with nothing when they were gone already. Without this a first pull of
   * several pages would be sent back to its start for ever.
   */
  readonly purgedBefore: number
}

export type CheckpointReading =
  | ({ readonly type: 'at' } & FeedPosition)
  | { readonly type: 'unusable'; readonly reason: Extract<ResyncReason, 'unreadable' | 'otherEpoch' | 'otherScope'> }

export interface CheckpointCodec {
  encode(position: FeedPosition, facts: CheckpointFacts): string
  /** Never throws. */
  decode(checkpoint: string, facts: CheckpointFacts): CheckpointReading
}

/**
 * `EPOCH.SEQ.SCOPE.SIGNATURE`, where `SEQ` is followed by `-PURGED` while that is ahead of it: none of a device's business, and of no use in
 * another tenant, whose name is signed with it.
 */
const pattern =
  /^(?<epoch>[A-Za-z0-9-]{1,64})\.(?<seq>0|[1-9]\d{0,15})(?:-(?<purged>[1-9]\d{0,15}))?\.(?<scope>[\w-]{22})\.(?<signature>[\w-]{43})$/
const scopeCharacters = 22

export function createCheckpointCodec(
  life: { readonly epoch: string; readonly key: Uint8Array },
  digest: Digest,
): CheckpointCodec {
  const scopeOf = ({ scope }: CheckpointFacts): string => digest.hash(scope).slice(0, scopeCharacters)
  const signatureOf = (text: string, { tenant }: CheckpointFacts): string => digest.sign(life.key, `${text}/${tenant}`)
  return {
    encode: (position, facts) => {
      const text = `${life.epoch}.${placeOf(position)}.${scopeOf(facts)}`
      return `${text}.${signatureOf(text, facts)}`
    },
    decode: (checkpoint, facts) => {
      const { epoch, seq, purged = '0', scope, signature } = pattern.exec(checkpoint)?.groups ?? {}
      const position = { seq: Number(seq), purgedBefore: Number(purged) }
      if (epoch === undefined || signature === undefined) return { type: 'unusable', reason: 'unreadable' }
      // Another life of the database had another key: nothing to verify, and nothing is given away.
      if (epoch !== life.epoch) return { type: 'unusable', reason: 'otherEpoch' }
      if (!isEqual(signature, signatureOf(`${epoch}.${placeOf(position)}.${scope}`, facts)))
        return { type: 'unusable', reason: 'unreadable' }
      return scope === scopeOf(facts) ? { type: 'at', ...position } : { type: 'unusable', reason: 'otherScope' }
    },
  }
}

function placeOf({ seq, purgedBefore }: FeedPosition): string {
  return purgedBefore > seq ? `${seq}-${purgedBefore}` : `${seq}`
}

/** In the same time wherever they differ. */
function isEqual(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index)
  return difference === 0
}
