/** Pages of documents as pictures in the image store: made of a document, they go with the last run that has it. */
export const pagePictures = `
CREATE TABLE page_pictures (
  -- SHA-256 of the document's bytes.
  document TEXT NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
  PRIMARY KEY (document, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX page_pictures_by_image ON page_pictures (image_id);
`
