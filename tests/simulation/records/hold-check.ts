import type { OperationEntry, SyncState } from '@rejoin/client/simulation'
import { Violation } from './violation.ts'

/** What has been said for so long was not overtaken by a change of conditions, nor by what somebody asked for. */
const settledMs = 5_000

export interface HoldCheckParts {
  readonly pageName: string
  /** The engine would take what is thrown for trouble of the device. */
  readonly blame: (violation: Violation) => void
  readonly stateOf: () => SyncState
  /** By the world's time. */
  readonly now: () => number
  /** When last conditions changed, or somebody asked for a run, on this device. */
  readonly disturbedAt: () => number
}

/** P4: who says that changes are held back does not send them. */
export class HoldCheck {
  readonly #parts: HoldCheckParts
  #said: string | undefined
  #saidSince = -Infinity

  constructor(parts: HoldCheckParts) {
    this.#parts = parts
  }

  /** After every step. */
  look(): void {
    const said = this.#parts.stateOf().heldBack?.code
    if (said === this.#said) return
    this.#said = said
    this.#saidSince = this.#parts.now()
  }

  /** These changes are chosen to be sent. */
  chosen(entries: readonly OperationEntry[]): void {
    this.look()
    const { pageName, blame, now, disturbedAt } = this.#parts
    if (this.#said === undefined || now() - Math.max(this.#saidSince, disturbedAt()) < settledMs) return
    const least = leastScore(this.#said)
    const held = entries.filter(
      ({ firstSentAt, operation, score }) => firstSentAt === undefined && operation.groupId === undefined && score < least,
    )
    if (held.length > 0)
      blame(new Violation('P4', `${pageName} says ${this.#said}, and sends ${held.length} changes all the same`))
  }
}

/** A second writing-down, of the least that each reason holds back. */
function leastScore(code: string): number {
  switch (code) {
    case 'SWITCHED_OFF':
    case 'NOT_CHARGING':
      return Infinity
    case 'LOW_BATTERY':
      return 75
    default:
      return 25
  }
}
