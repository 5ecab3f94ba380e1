/** Piles of documents, their pages in line, what was read from them, and what people made of that. */
export const runs = `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- The template as it was when the run began (JSON: Template); no reference, since templates go their own ways.
  template_id TEXT NOT NULL,
  template_version INTEGER NOT NULL,
  template TEXT NOT NULL,
  mode TEXT NOT NULL,
  per TEXT NOT NULL,
  threshold REAL NOT NULL,
  state TEXT NOT NULL,
  -- JSON: ErrorData. Why it is paused where no person did it.
  error TEXT,
  -- Absolute path of a folder whose new files join.
  watched TEXT,
  -- The token of the process that works on it.
  worker TEXT,
  created_at INTEGER NOT NULL,
  -- Removed but still restorable: when, and by which process (its lock's token).
  deleted_at INTEGER,
  deleted_by TEXT
) STRICT;
CREATE INDEX runs_by_age ON runs (created_at) WHERE deleted_at IS NULL;

CREATE TABLE run_items (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  -- Place in the queue. Not whole: another item fits between any two.
  position REAL NOT NULL,
  -- One adding of one file; the items of its pages share it.
  file_id TEXT NOT NULL,
  -- Where the file lies: its absolute path, or the SHA-256 under which its bytes are stored.
  path TEXT,
  stored TEXT,
  -- As the person knows it.
  name TEXT NOT NULL,
  -- The pages that are wanted ("1-3,5"); empty: all.
  choice TEXT NOT NULL,
  -- From 1. Null: the whole file, or nobody has looked yet how many pages it has.
  page INTEGER,
  -- Of the file's bytes. Null until somebody has looked.
  sha256 TEXT,
  state TEXT NOT NULL DEFAULT 'waiting',
  attempts INTEGER NOT NULL DEFAULT 0,
  -- JSON: ErrorData.
  error TEXT,
  -- While the run's worker looks at it or reads it: this one time's own token. Whoever has lost it has nothing to say any more.
  claim TEXT,
  -- What the reading took of the run's time, and when it ended.
  milliseconds REAL,
  finished_at INTEGER,
  CHECK ((path IS NULL) <> (stored IS NULL))
) STRICT;
CREATE INDEX run_items_by_position ON run_items (run_id, position);
CREATE INDEX run_items_in_line ON run_items (run_id, state, attempts, position);
CREATE INDEX run_items_by_sha256 ON run_items (run_id, sha256);
CREATE INDEX run_items_by_stored ON run_items (stored) WHERE stored IS NOT NULL;
CREATE INDEX run_items_by_end ON run_items (run_id, finished_at) WHERE milliseconds IS NOT NULL;
CREATE UNIQUE INDEX run_items_by_claim ON run_items (claim) WHERE claim IS NOT NULL;

CREATE TABLE records (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  -- At most one record per item, whatever happens.
  item_id TEXT NOT NULL UNIQUE REFERENCES run_items (id) ON DELETE CASCADE,
  -- JSON: Record<string, Cell>, Provenance.
  cells TEXT NOT NULL,
  small_print INTEGER NOT NULL,
  provenance TEXT NOT NULL,
  -- How many of its cells a person should look at.
  to_review INTEGER NOT NULL
) STRICT;
CREATE INDEX records_of_run ON records (run_id, to_review);

CREATE TABLE cell_reviews (
  record_id TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  -- The last one holds; those before it are for going back.
  position INTEGER NOT NULL,
  -- JSON: Review.
  review TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (record_id, field, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE watched_files (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  -- As the file was when it joined; another one of this name joins again.
  bytes INTEGER NOT NULL,
  changed_at REAL NOT NULL,
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;
`
