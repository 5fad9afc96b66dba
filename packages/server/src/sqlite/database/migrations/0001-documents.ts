/**
 * A *log* is the content of one or more lives of a document: deleting and restoring keeps it, creating anew starts another.
 * Its rows are first written to the *journal*, where one entry holds everything that was committed together, and soon moved to *segments*,
 * each a run of rows of one log. Rows that the log's snapshot covers are the archive, and `archived_span` says since when.
 * `log_segment` has no foreign key: only the writer writes, and it knows.
 */
export const documentsMigration = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tenant (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  tenant_id INTEGER NOT NULL REFERENCES tenant (id),
  name TEXT NOT NULL,
  life INTEGER NOT NULL,
  generation TEXT NOT NULL,
  log_id INTEGER NOT NULL REFERENCES log (id),
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  is_deleted INTEGER NOT NULL,
  UNIQUE (tenant_id, name)
) STRICT;

CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  runs BLOB NOT NULL,
  runs_checksum INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE log_segment (
  id INTEGER PRIMARY KEY,
  log_id INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_segment_by_log ON log_segment (log_id, last_seq);

CREATE TABLE snapshot (
  log_id INTEGER PRIMARY KEY REFERENCES log (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE archived_span (
  log_id INTEGER NOT NULL REFERENCES log (id),
  to_seq INTEGER NOT NULL,
  archived_at INTEGER NOT NULL,
  PRIMARY KEY (log_id, to_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_span_by_age ON archived_span (archived_at);

CREATE TABLE client_binding (
  document_id INTEGER NOT NULL REFERENCES document (id),
  client INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author (id),
  PRIMARY KEY (document_id, client)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  log_id INTEGER NOT NULL REFERENCES log (id),
  seq INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (log_id, seq)
) STRICT, WITHOUT ROWID;
`
