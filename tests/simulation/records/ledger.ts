import type { RecordsCommit } from '@rejoin/server/simulation'
import type { DiskWitness } from './sim-record-disk.ts'
import { RequestLedger } from './request-ledger.ts'
import { SceneLedger } from './scene-ledger.ts'
import { ServerTruth } from './server-truth.ts'
import { VerdictBook } from './verdict-book.ts'
import type { Rights } from './sim-user.ts'
import { Violation } from './violation.ts'
import type { World } from '../world/world.ts'

/** Where the confirmed rows of a device end, as the server said when it made the token. */
export interface IssuedCheckpoint {
  readonly tenant: string
  readonly epoch: string
  readonly seq: number
  readonly rights: Rights
}

/** What a person did, known by a tag that occurs nowhere else. */
export interface PersonWrite {
  readonly tag: string
  /** `undefined`: nobody was signed in. */
  readonly tenant: string | undefined
  readonly user: string | undefined
}

/**
 * The books of a world, kept by another hand than the product's: what persons did, what devices sent, what the disk has. The first promise that
 * does not hold ends the run.
 */
export class Ledger implements DiskWitness {
  readonly book = new VerdictBook()
  readonly checkpoints = new Map<string, IssuedCheckpoint>()
  readonly writeByTag = new Map<string, PersonWrite>()
  /** Operations that got an answer that is final although no verdict is kept (too large, say). */
  readonly finallyAnswered = new Set<string>()
  readonly requests = new RequestLedger()
  readonly scenes = new SceneLedger()
  readonly occasions = new Map<string, number>()
  restoreCount = 0
  /** By the world's time. */
  restoredAt = -Infinity
  readonly #world: World
  readonly #startedAt: number
  readonly #tell: ((line: string) => void) | undefined
  readonly #versionByCommit = new WeakMap<RecordsCommit, number>()
  readonly #truthByTenant = new Map<string, ServerTruth>()
  #problem: Violation | undefined

  constructor(world: World, { tell }: { readonly tell?: ((line: string) => void) | undefined } = {}) {
    this.#world = world
    this.#startedAt = world.now()
    this.#tell = tell
  }

  /** For whoever looks at one world step by step. */
  trace(line: () => string): void {
    this.#tell?.(`${((this.#world.now() - this.#startedAt) / 1000).toFixed(3).padStart(9)} ${line()}`)
  }

  truthOf(tenant: string): ServerTruth {
    const known = this.#truthByTenant.get(tenant)
    if (known !== undefined) return known
    const truth = new ServerTruth(tenant, this.book)
    this.#truthByTenant.set(tenant, truth)
    return truth
  }

  committed(tenant: string, commit: RecordsCommit): void {
    const { serverVersion } = this.book
    // A backup that is put back was judged by the server of its time.
    this.book.serverVersion = this.#versionByCommit.get(commit) ?? serverVersion
    this.#versionByCommit.set(commit, this.book.serverVersion)
    this.guard(() => {
      for (const verdict of commit.verdicts) this.book.stored(tenant, verdict)
      this.book.checkGroups()
      this.truthOf(tenant).committed(commit, this.#world.now())
    })
    this.book.serverVersion = serverVersion
    if (commit.verdicts.length > 1) this.note('several verdicts in one transaction')
    this.trace(
      () =>
        `disk    ${commit.afterHead}→${commit.head} ${commit.verdicts.map(({ operationId, status, code }) => `${operationId.slice(-6)} ${status} ${code ?? ''}`).join(', ')} acked ${commit.devices.map(({ ackedThrough }) => ackedThrough).join(',')}`,
    )
    for (const { status, code } of commit.verdicts) this.note(`verdict ${code === undefined ? status : `${status} ${code}`}`)
  }

  restored(): void {
    this.restoreCount++
    this.restoredAt = this.#world.now()
    this.#truthByTenant.clear()
    this.book.restored()
    this.note('backup restored')
  }

  tombstonesPruned(before: number): void {
    for (const truth of this.#truthByTenant.values()) truth.pruneTombstones(before)
  }

  /** Rows hold tags; none may come to a device of another tenant, and no diary to another user. */
  checkRow(
    owner: { readonly tenant: string | undefined; readonly user: string | undefined },
    where: string,
    fields: object,
  ): void {
    for (const value of Object.values(fields)) {
      const write = typeof value === 'string' ? this.writeByTag.get(value) : undefined
      if (write !== undefined && write.tenant !== undefined && write.tenant !== owner.tenant)
        throw new Violation('P7', `${where} holds ${write.tag} of another tenant`)
    }
  }

  note(occasion: string): void {
    this.occasions.set(occasion, (this.occasions.get(occasion) ?? 0) + 1)
  }

  /** Runs a check inside the product's own calls, where a throw would be taken for a failure of the disk. */
  guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      this.blame(error)
    }
  }

  blame(problem: Violation): void {
    this.#problem ??= problem
  }

  /** Throws the first problem there was. */
  check(): void {
    if (this.#problem !== undefined) throw this.#problem
  }
}
