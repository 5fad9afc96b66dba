/**
 * What devices that opted in tell of themselves, and the commands that wait for them. A user is text, or `has_user` is 0. `report`, `metrics`
 * and `commands` are JSON as core's schemas say. Of each kind of command there is one.
 */
export const devicesMigration = `
CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  has_user INTEGER NOT NULL,
  user TEXT NOT NULL,
  device TEXT NOT NULL,
  reported_at INTEGER NOT NULL,
  last_command INTEGER NOT NULL,
  report TEXT NOT NULL,
  commands TEXT NOT NULL,
  UNIQUE (tenant, has_user, user, device)
) STRICT;
CREATE INDEX device_by_age ON device (reported_at);
CREATE INDEX device_by_word ON device (tenant, reported_at);

CREATE TABLE device_run (
  device_id INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  started_at INTEGER NOT NULL,
  reported_at INTEGER NOT NULL,
  metrics TEXT NOT NULL,
  PRIMARY KEY (device_id, started_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_run_by_age ON device_run (reported_at);
`
