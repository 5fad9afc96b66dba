/**
 * What became of the operations that came with rows of documents (those of scenes): in the same transaction as the rows, so that nothing takes
 * effect twice. It is the record of them, too, with who sent each and how a conflict was decided, and so is never changed. `verdict` is JSON of
 * whoever judged. A user is text, or null. No foreign key: only the writer writes, and it knows.
 */
export const operationsMigration = `
CREATE TABLE document_operation (
  document_id INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  user TEXT,
  intention_hash TEXT NOT NULL,
  verdict TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (document_id, operation_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER document_operation_is_not_changed BEFORE UPDATE ON document_operation
BEGIN SELECT raise(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER document_operation_is_not_deleted BEFORE DELETE ON document_operation
BEGIN SELECT raise(ABORT, 'verdicts are append-only'); END;
`
