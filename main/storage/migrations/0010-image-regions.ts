/** Pictures that are parts of others: which part of which, now and as it was when a question with it was asked. */
export const imageRegions = `
CREATE TABLE image_regions (
  image_id TEXT PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
  source_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  -- Pixels of the source, upright.
  x INTEGER NOT NULL,
  y INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX image_regions_by_source ON image_regions (source_id);

-- All five or none. A source stays as long as a message shows a part of it.
ALTER TABLE message_images ADD COLUMN source_id TEXT REFERENCES images (id);
ALTER TABLE message_images ADD COLUMN region_x INTEGER;
ALTER TABLE message_images ADD COLUMN region_y INTEGER;
ALTER TABLE message_images ADD COLUMN region_width INTEGER;
ALTER TABLE message_images ADD COLUMN region_height INTEGER;
CREATE INDEX message_images_by_source ON message_images (source_id) WHERE source_id IS NOT NULL;
`
