import type { ReplayReply, RequestEntry, RequestToReplay } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import { nobody, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** Who sends it, from which database. */
export interface Sender {
  readonly user: SimUser
  readonly disk: SimDeviceDisk
  /** What the device had kept when the request left it: later a person may put an earlier one back. */
  readonly waiting: readonly RequestEntry[]
  readonly isTokenExpired: boolean
}

/** The app's own server: it recognises repeats by their key, refuses what it does not like, and is not always well. */
export class SimAppServer {
  readonly #config: Config
  readonly #ledger: Ledger
  readonly #random: SeededRandom

  constructor({ world, config, ledger }: { readonly world: World; readonly config: Config; readonly ledger: Ledger }) {
    this.#config = config
    this.#ledger = ledger
    this.#random = world.random('app server')
  }

  answer(request: RequestToReplay, sender: Sender): ReplayReply {
    const tag = new TextDecoder().decode(request.body)
    this.#checkSender(tag, sender)
    checkLane(request, sender)
    const reply = this.#judge(request.idempotencyKey, tag, sender)
    if (reply.type === 'answered') this.#ledger.note(`app answered ${reply.status}`)
    return reply
  }

  #judge(key: string, tag: string, { isTokenExpired }: Sender): ReplayReply {
    const { fateByKey, effectsByTag } = this.#ledger.requests
    if (isTokenExpired) return answered(401)
    const known = fateByKey.get(key)
    if (known === 'done') this.#ledger.note('request recognised by its key')
    if (known !== undefined) return answered(known === 'done' ? 200 : 409)
    if (this.#random.chance(this.#config.refusalRate)) return answered(this.#random.pick([429, 500, 500, 503]), 3_000)
    if (this.#random.chance(0.15)) {
      fateByKey.set(key, 'refused')
      return answered(409)
    }
    fateByKey.set(key, 'done')
    const effects = (effectsByTag.get(tag) ?? 0) + 1
    effectsByTag.set(tag, effects)
    if (effects > 1 && !this.#ledger.book.hasClones) throw new Violation('P2', `${tag} took effect ${effects} times`)
    return answered(201)
  }

  /** P7: nobody's requests are sent by another. */
  #checkSender(tag: string, { user }: Sender): void {
    const made = this.#ledger.requests.madeByTag.get(tag)
    if (made === undefined) throw new Violation('P3', `the app's server got "${tag}", which nobody made`)
    if (made.user !== nobody && made.user !== user) throw new Violation('P7', `${tag} was sent by ${user.tenant}/${user.name}`)
  }
}

/** P3: what was before it in its lane, or on its scene, had ended when it left: by the device's own disk. */
export function checkLane({ requestId }: RequestToReplay, { disk, waiting }: Pick<Sender, 'disk' | 'waiting'>): void {
  const own = waiting.find(({ request }) => request.requestId === requestId)
  if (own === undefined) return
  const { lane, scene } = own.request
  const isSameLane = ({ request }: RequestEntry): boolean =>
    scene === undefined ? request.lane === lane : request.scene === scene
  const earlier = waiting.find((entry) => isSameLane(entry) && entry.entryId < own.entryId)
  if (earlier !== undefined && !disk.book.damaged.has(earlier.entryId))
    throw new Violation('P3', `request ${own.entryId} was sent before request ${earlier.entryId} of its lane`)
}

function answered(status: number, retryAfterMs?: number): ReplayReply {
  return {
    type: 'answered',
    status,
    message: undefined,
    retryAfterMs: status === 429 || status === 503 ? retryAfterMs : undefined,
  }
}
