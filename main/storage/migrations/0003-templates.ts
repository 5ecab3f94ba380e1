/** People's own templates with all their versions. Shipped ones are files beside the app. */
export const templates = `
CREATE TABLE templates (
  id TEXT PRIMARY KEY,
  -- The newest of template_versions.
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Removed but still restorable: when, and by which process (its lock's token).
  deleted_at INTEGER,
  deleted_by TEXT
) STRICT;
CREATE INDEX templates_by_update ON templates (updated_at) WHERE deleted_at IS NULL;

CREATE TABLE template_versions (
  template_id TEXT NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  -- JSON: Template, with every default filled in.
  content TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (template_id, version)
) STRICT;
`
