/** Models at hand, downloads of models, and checksums of files whose server names none. */
export const models = `
CREATE TABLE installed_models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Absolute paths. One entry per model file: taken in again, its entry changes.
  model TEXT NOT NULL UNIQUE,
  projector TEXT,
  -- JSON: Adapter[].
  adapters TEXT NOT NULL DEFAULT '[]',
  template TEXT,
  source TEXT NOT NULL,
  catalogue_model TEXT,
  catalogue_variant TEXT,
  repository TEXT,
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX installed_models_by_age ON installed_models (added_at);

CREATE TABLE downloads (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- JSON: DownloadRequest.
  request TEXT NOT NULL,
  -- JSON: DownloadFile[], as main/storage/downloads.ts knows them.
  files TEXT NOT NULL,
  state TEXT NOT NULL,
  bytes_per_second REAL,
  -- JSON: ErrorData.
  error TEXT,
  -- Id in installed_models. No reference: the download stays in the list when the model is removed.
  installed TEXT,
  -- The token of the process that works on it, and what the person asks of that process meanwhile: 'pause' or 'cancel'.
  worker TEXT,
  wish TEXT,
  -- Place in the queue: smallest first.
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX downloads_by_position ON downloads (position);

CREATE TABLE checksums (
  repository TEXT NOT NULL,
  revision TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  learnt_at INTEGER NOT NULL,
  PRIMARY KEY (repository, revision, path)
) STRICT, WITHOUT ROWID;
`
