/** What the app asked other computers for. */
export const connections = `
CREATE TABLE connections (
  -- No number twice: a request that is under way when the ledger is cleared must not end as another one.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Milliseconds since the epoch: the first request and the last one.
  at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  host TEXT NOT NULL,
  purpose TEXT NOT NULL,
  -- Without what stands behind "?", which may be a key.
  path TEXT NOT NULL,
  requests INTEGER NOT NULL,
  -- Received, without headers.
  bytes INTEGER NOT NULL,
  -- HTTP status of the last answer; null: none came.
  status INTEGER,
  result TEXT NOT NULL
) STRICT;
CREATE INDEX connections_by_time ON connections (last_at);
`
