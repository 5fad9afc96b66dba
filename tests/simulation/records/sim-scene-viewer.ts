import { DocScene } from '@rejoin/client/simulation'
import { sceneElementSchema, type ErrorCode, type SceneElement } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { readServerMessage, splitFrames, type Member, type Peer, type Room } from '@rejoin/server/simulation'
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import { liveScene } from './scene-ledger.ts'
import type { SimSceneServer } from './sim-scene-server.ts'
import type { SimUser } from './sim-user.ts'

export interface SimSceneViewerOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly mutant: Mutant | undefined
  readonly sceneServer: SimSceneServer
  readonly user: SimUser
}

/** Somebody who has the live scene open: as far as the relay can tell, a stock client. What they wrote they keep until the server has it. */
export class SimSceneViewer {
  readonly name: string
  readonly user: SimUser
  readonly doc = new Doc()
  readonly #options: SimSceneViewerOptions
  readonly #random: SeededRandom
  readonly #scene: DocScene<SceneElement, SceneElement>
  #connection: Connection | undefined
  #isClosed = false
  #editCount = 0

  constructor(name: string, options: SimSceneViewerOptions) {
    const { world, user } = options
    this.name = name
    this.user = user
    this.#options = options
    this.#random = world.random(`viewer ${name}`)
    this.doc.clientID = this.#random.below(2 ** 32)
    this.#scene = new DocScene({ doc: this.doc, element: sceneElementSchema, now: () => Math.round(world.now()) })
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#connection?.send({ type: 'update', update })
    })
    this.#connectIn(0)
  }

  edit(): void {
    const { ledger, user } = this.#options
    const tag = `${user.tenant}/${user.name}/${this.name}/live#${this.#editCount++}`
    ledger.scenes.userByTag.set(tag, user)
    const id = `shape${this.#random.below(3)}`
    const isThere = this.doc.getMap('elements').has(id)
    ledger.note('scene edited live')
    if (!isThere) this.#scene.add({ id, kind: 'shape', x: 0, y: 0, width: 1, height: 1, label: tag })
    else if (this.#random.chance(0.2)) this.#scene.remove(id)
    else this.#scene.update(id, { [this.#random.pick(['label', 'note'])]: tag })
  }

  cut(): void {
    this.#connection?.end()
  }

  end(): void {
    this.#isClosed = true
    this.cut()
    this.doc.destroy()
  }

  #connectIn(delayMs: number): void {
    const { world, sceneServer } = this.#options
    world.after(delayMs, () => {
      if (this.#isClosed) return
      const again = (): void => {
        this.#connection = undefined
        this.#connectIn(500 + this.#random.next() * 2_000)
      }
      if (!sceneServer.isUp) return again()
      this.#connection = new Connection(this.doc, { ...this.#options, viewer: this, random: this.#random, onEnd: again })
    })
  }
}

interface ConnectionOptions extends SimSceneViewerOptions {
  readonly viewer: SimSceneViewer
  readonly random: SeededRandom
  readonly onEnd: () => void
}

type Sent = Parameters<Room['receive']>[1]

/** One socket and both of its ends: in order both ways, until it breaks. */
class Connection implements Peer {
  readonly isRejoin = false
  readonly canWrite = true
  readonly user: string
  readonly #doc: Doc
  readonly #options: ConnectionOptions
  readonly #dueMs = { client: 0, server: 0 }
  #seat: { readonly room: Room; readonly member: Member } | undefined
  #early: Sent[] = []
  #isOpen = true

  constructor(doc: Doc, options: ConnectionOptions) {
    this.#doc = doc
    this.#options = options
    this.user = options.user.name
    const { sceneServer, user } = options
    void sceneServer.join(user, liveScene, { peer: this, onDeath: () => this.end() }).then(
      (joined) => {
        if (joined?.type === 'joined') this.#sit(joined.room, joined.member)
        else this.end()
      },
      () => this.end(),
    )
    this.send({ type: 'step1', stateVector: encodeStateVector(doc) })
  }

  /** To the server. */
  send(message: Sent): void {
    this.#travel('server', () => {
      if (this.#seat === undefined) this.#early.push(message)
      else this.#seat.room.receive(this.#seat.member, message)
    })
  }

  write(frames: Parameters<Peer['write']>[0]): void {
    const { mutant, random } = this.#options
    for (const message of splitFrames(frames)) {
      const read = readServerMessage(message)
      if (read.type === 'step1') this.#travel('client', () => this.#answer(read.body))
      else if (read.type === 'step2' || read.type === 'update') {
        if (mutant === 'sceneIsNotShown' && read.type === 'update' && random.chance(0.2)) continue
        const update = read.body.slice()
        this.#travel('client', () => applyUpdate(this.#doc, update, this.#options.viewer))
      }
    }
  }

  buffered(): number {
    return 0
  }

  close(code: ErrorCode): void {
    this.#options.ledger.note(`viewer closed: ${code}`)
    this.end()
  }

  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#seat?.room.leave(this.#seat.member)
    this.#options.onEnd()
  }

  #sit(room: Room, member: Member): void {
    if (!this.#isOpen) return room.leave(member)
    this.#seat = { room, member }
    for (const message of this.#early.splice(0)) room.receive(member, message)
  }

  #answer(stateVector: Uint8Array): void {
    this.send({ type: 'step2', update: encodeStateAsUpdate(this.#doc, stateVector) })
  }

  #travel(to: 'client' | 'server', arrive: () => void): void {
    const { world, random, config } = this.#options
    this.#dueMs[to] = Math.max(this.#dueMs[to] + 0.01, world.now() + random.next() ** 2 * config.latencyMsMax)
    world.after(this.#dueMs[to] - world.now(), () => {
      if (this.#isOpen) arrive()
    })
  }
}
