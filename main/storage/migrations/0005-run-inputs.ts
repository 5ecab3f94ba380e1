/** What a run of the command line was begun with, so that it is known again when files have come and gone. */
export const runInputs = `
-- JSON: string[]; files, folders and patterns as they were given, absolute. Null for a run of the app.
ALTER TABLE runs ADD COLUMN inputs TEXT;
`
