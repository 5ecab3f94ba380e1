/** Chats, their messages and the pictures messages show. */
export const chats = `
CREATE TABLE chats (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL DEFAULT '',
  renamed INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Removed but still restorable: when, and by which process (its lock's token).
  deleted_at INTEGER,
  deleted_by TEXT
) STRICT;
CREATE INDEX chats_by_update ON chats (updated_at) WHERE deleted_at IS NULL;

CREATE TABLE images (
  -- SHA-256 of the stored bytes.
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  -- When it was last added; an image that no message shows is deleted a day later.
  used_at INTEGER NOT NULL
) STRICT;

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
  -- The message this one follows; null for the first of a chat. Two messages with one parent are branches.
  -- No cascade: it would go down the chat message by message, and SQLite ends at a depth of 1000.
  parent_id TEXT REFERENCES messages (id),
  position INTEGER NOT NULL,
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  status TEXT NOT NULL,
  stop TEXT,
  -- JSON: ErrorData, AnswerStats, GenerationOptions.
  error TEXT,
  stats TEXT,
  options TEXT,
  model TEXT,
  -- While status is 'writing': the token of the process that writes it, and whether somebody asked it to stop.
  writer TEXT,
  stop_requested INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_of_chat ON messages (chat_id, position);
CREATE INDEX messages_by_parent ON messages (parent_id);
CREATE INDEX messages_being_written ON messages (chat_id, writer) WHERE status = 'writing';

CREATE TABLE message_images (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id),
  -- The file's name as it was when the question was asked.
  name TEXT NOT NULL,
  PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_images_by_image ON message_images (image_id);
`
