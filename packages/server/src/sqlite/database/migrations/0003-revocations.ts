/** Of a user: `issued_until` in ms since the epoch. Of a token, which is dead whenever it was issued: null. */
export const revocationsMigration = `
CREATE TABLE revocation (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'token')),
  id TEXT NOT NULL,
  issued_until INTEGER,
  PRIMARY KEY (tenant, kind, id),
  CHECK ((kind = 'user') = (issued_until IS NOT NULL))
) STRICT, WITHOUT ROWID;
`
