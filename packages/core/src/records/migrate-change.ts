import type { MigratableChange, Schema } from './schema.ts'

/** A change of an older version of the schema, as this version has it. Throws what a migration throws. */
export function migrateChange(schema: Schema, change: MigratableChange, fromVersion: number): MigratableChange {
  let migrated = change
  for (let version = fromVersion + 1; version <= schema.version; version++) {
    const migrate = schema.migrations[version]
    if (migrate !== undefined) migrated = migrate(migrated)
  }
  return migrated
}
