import type { ChangesResponse, Clock, RecordRow, ResyncReason, Schema } from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import { createCheckpointCodec, type CheckpointCodec, type CheckpointFacts, type CheckpointReading } from './checkpoint.ts'
import type { Digest } from './digest.ts'
import { entityOf } from './entity-of.ts'
import { isoTime } from './iso-time.ts'
import type { RecordRights } from './record-rights.ts'
import type { ChangesPage, RecordStore } from './record-store.ts'

/** Whoever asks, and what they may see. */
export interface FeedReader {
  readonly identity: Identity
  readonly rights: RecordRights
}

export interface FeedSource {
  /** The only entity of the rows; all of them, if `undefined`. */
  readonly entityType?: string
  /** Asked for the rows after a sequence number. */
  readonly read: (afterSeq: number) => Promise<ChangesPage>
}

export interface FeedPage {
  readonly rows: readonly RecordRow[]
  /** Absent where the reader has to start over. */
  readonly checkpoint: string | undefined
  readonly hasMore: boolean
  readonly resyncRequired: ResyncReason | undefined
}

export interface RecordsFeedOptions {
  readonly schema: Schema
  readonly store: RecordStore
  readonly digest: Digest
  readonly clock: Clock
}

/** The changes of a tenant in order, as far as a reader may see them, from checkpoint to checkpoint. */
export class RecordsFeed {
  readonly #codec: CheckpointCodec
  readonly #clock: Clock
  readonly #schema: Schema
  readonly #hasReadRules: boolean

  constructor({ schema, store, digest, clock }: RecordsFeedOptions) {
    this.#codec = createCheckpointCodec({ epoch: store.epoch, key: store.checkpointKey }, digest)
    this.#clock = clock
    this.#schema = schema
    this.#hasReadRules = Object.values(schema.entities).some((entity) => entity.canRead !== undefined)
  }

  async page(reader: FeedReader, checkpoint: string | undefined, { entityType, read }: FeedSource): Promise<FeedPage> {
    const facts = this.#factsOf(reader.identity)
    const ofEntity = entityType === undefined ? undefined : onlyOf(facts, entityType)
    const start = checkpoint === undefined ? beginning : this.#startOf(checkpoint, facts, ofEntity)
    if (start.type === 'unusable') return startOver(start.reason)
    const { records, throughSeq, head, purgedThrough } = await read(start.seq)
    if (start.seq > head) return startOver('ahead')
    // Who has nothing yet misses no tombstone, neither now nor on its later pages.
    const purgedBefore = start.seq === 0 ? purgedThrough : start.purgedBefore
    if (Math.max(start.seq, purgedBefore) < purgedThrough) return startOver('tooOld')
    const hasSkipped = start.hasSkipped || records.some(({ entityType }) => entityOf(this.#schema, entityType) === undefined)
    return {
      rows: records.flatMap((record) => reader.rights.visibleRow(record) ?? []),
      checkpoint: this.#codec.encode(
        { seq: throughSeq, purgedBefore },
        ofEntity ?? (hasSkipped ? this.#withoutUnknown(facts) : facts),
      ),
      hasMore: throughSeq < head,
      resyncRequired: undefined,
    }
  }

  changesResponse({ rows, checkpoint, hasMore, resyncRequired }: FeedPage): ChangesResponse {
    return {
      changes: [...rows],
      ...(checkpoint !== undefined && { checkpoint }),
      hasMore,
      serverTime: isoTime(this.#clock.now()),
      ...(resyncRequired !== undefined && { resyncRequired }),
    }
  }

  #startOf(
    checkpoint: string,
    facts: CheckpointFacts,
    ofEntity?: CheckpointFacts,
  ): CheckpointReading & { readonly hasSkipped: boolean } {
    for (const known of ofEntity === undefined ? [facts] : [ofEntity, facts]) {
      const start = this.#codec.decode(checkpoint, known)
      if (start.type === 'at' || start.reason !== 'otherScope') return { ...start, hasSkipped: false }
    }
    return { ...this.#codec.decode(checkpoint, this.#withoutUnknown(facts)), hasSkipped: true }
  }

  /**
   * Of a reader who was not shown rows of an entity that this schema does not have (any more, or yet again: a release that was taken back).
   * Another set of entities makes them start over, or they would never get them.
   */
  #withoutUnknown({ tenant, scope }: CheckpointFacts): CheckpointFacts {
    return { tenant, scope: JSON.stringify([scope, Object.keys(this.#schema.entities).toSorted()]) }
  }

  /** The schema's own rules look at the user, so that a checkpoint is of no use to another one; without such rules it is. */
  #factsOf({ tenant, scope, user, isAdmin }: Identity): CheckpointFacts {
    return { tenant, scope: this.#hasReadRules ? JSON.stringify([scope, user, isAdmin]) : scope }
  }
}

const beginning = { type: 'at', seq: 0, purgedBefore: 0, hasSkipped: false } as const

/** The checkpoint of a list of one entity says nothing of the others: with it nobody can go on anywhere else. */
function onlyOf({ tenant, scope }: CheckpointFacts, entityType: string): CheckpointFacts {
  return { tenant, scope: JSON.stringify({ entityType, scope }) }
}

function startOver(resyncRequired: ResyncReason): FeedPage {
  return { rows: [], checkpoint: undefined, hasMore: false, resyncRequired }
}
