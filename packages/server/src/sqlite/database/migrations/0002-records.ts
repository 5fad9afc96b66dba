/**
 * Records and what makes their operations exactly once. `record` has a row for every record and for every tombstone that is not yet purged;
 * `record_by_seq` is the feed, with what pages are filtered by, so that rows of other entities are not even looked at.
 * `applied_operation` has the verdict of every operation, in order of time, until its device has acknowledged it and it is old; the floor in
 * `record_device` remembers those that were deleted. A user is text, or `has_user` is 0. Stamps are `[[time, operation, version, field …], …]`.
 * The large tables have no foreign keys: only the writer writes, and it knows.
 */
export const recordsMigration = `
CREATE TABLE tenant_counter (
  tenant_id INTEGER PRIMARY KEY REFERENCES tenant (id),
  head INTEGER NOT NULL,
  purged_through INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL,
  entity_type TEXT NOT NULL,
  record_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  is_deleted INTEGER NOT NULL,
  client_created_at INTEGER NOT NULL,
  client_updated_at INTEGER NOT NULL,
  server_created_at INTEGER NOT NULL,
  server_updated_at INTEGER NOT NULL,
  stamps TEXT NOT NULL,
  fields TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_by_name ON record (tenant_id, entity_type, record_id);
CREATE INDEX record_by_seq ON record (tenant_id, seq, entity_type, server_updated_at);
CREATE INDEX tombstone_by_age ON record (server_updated_at) WHERE is_deleted = 1;

CREATE TABLE record_device (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenant (id),
  device TEXT NOT NULL,
  has_user INTEGER NOT NULL,
  user TEXT NOT NULL,
  acked_through INTEGER NOT NULL,
  pruned_through INTEGER NOT NULL,
  UNIQUE (tenant_id, device, has_user, user)
) STRICT;

CREATE TABLE applied_operation (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  device_id INTEGER NOT NULL,
  device_seq INTEGER NOT NULL,
  payload_hash TEXT NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  seq INTEGER,
  version INTEGER,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX applied_operation_by_id ON applied_operation (tenant_id, operation_id);
CREATE UNIQUE INDEX applied_operation_by_place ON applied_operation (device_id, device_seq);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  user TEXT,
  device TEXT,
  facts TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
`
