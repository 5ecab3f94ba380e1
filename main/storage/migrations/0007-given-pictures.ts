/** Tells pictures that somebody gave from those that are pages of documents and nothing else: only these go with their documents. */
export const givenPictures = `
-- When it was last added other than as a page of a document. Null: never, or before this was kept.
ALTER TABLE images ADD COLUMN given_at INTEGER;
`
