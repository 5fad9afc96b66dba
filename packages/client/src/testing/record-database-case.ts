import type { RecordDatabase } from '../record-database/record-database.ts'

/** Where databases of one test keep their data. Databases opened at one place are tabs; opening again after closing is a reload. */
export interface RecordPlace {
  readonly open: () => Promise<RecordDatabase>
}

export interface RecordDatabaseCase {
  /** Begins with the rule of SPEC.md it shows. */
  readonly title: string
  readonly run: (place: RecordPlace) => Promise<void>
}
