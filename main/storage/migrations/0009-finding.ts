/**
 * The full-text index. One entry per thing a person may look for: a chat's title (no message), a message's text (no image),
 * the name a picture was given under. The newest entry has the highest id, so "newest first" is the index's own order.
 * The text itself stays where it is (`content=''`): the index holds its trigrams alone, and Chinese needs no word boundaries.
 *
 * Triggers keep it, in the transaction of the change itself: whoever writes, and wherever a crash falls, it fits.
 * An answer that is being written is left out until it ended: its text is saved twice a second.
 */
export const searchIndex = `
CREATE TABLE search_entries (
  id INTEGER PRIMARY KEY,
  chat_id TEXT NOT NULL,
  message_id TEXT,
  image INTEGER
) STRICT;
CREATE INDEX search_entries_of_chat ON search_entries (chat_id, message_id, image);
CREATE VIRTUAL TABLE search_index USING fts5(text, content='', contentless_delete=1, tokenize='trigram');

CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entries BEGIN
  DELETE FROM search_index WHERE rowid = old.id;
END;

CREATE TRIGGER search_chat_added AFTER INSERT ON chats BEGIN
  INSERT INTO search_entries (chat_id) VALUES (new.id);
  INSERT INTO search_index (rowid, text) SELECT id, new.title FROM search_entries WHERE chat_id = new.id AND message_id IS NULL;
END;
CREATE TRIGGER search_chat_named AFTER UPDATE OF title ON chats WHEN new.title <> old.title BEGIN
  DELETE FROM search_entries WHERE chat_id = new.id AND message_id IS NULL;
  INSERT INTO search_entries (chat_id) VALUES (new.id);
  INSERT INTO search_index (rowid, text) SELECT id, new.title FROM search_entries WHERE chat_id = new.id AND message_id IS NULL;
END;
CREATE TRIGGER search_chat_gone AFTER DELETE ON chats BEGIN
  DELETE FROM search_entries WHERE chat_id = old.id;
END;

CREATE TRIGGER search_message_added AFTER INSERT ON messages WHEN new.status <> 'writing' BEGIN
  INSERT INTO search_entries (chat_id, message_id) VALUES (new.chat_id, new.id);
  INSERT INTO search_index (rowid, text) SELECT id, new.text FROM search_entries WHERE chat_id = new.chat_id AND message_id = new.id AND image IS NULL;
END;
CREATE TRIGGER search_message_reopened AFTER UPDATE OF status ON messages WHEN new.status = 'writing' AND old.status <> 'writing' BEGIN
  DELETE FROM search_entries WHERE chat_id = new.chat_id AND message_id = new.id AND image IS NULL;
END;
CREATE TRIGGER search_message_changed AFTER UPDATE OF status, text ON messages
WHEN new.status <> 'writing' AND (old.status = 'writing' OR new.text <> old.text) BEGIN
  DELETE FROM search_entries WHERE chat_id = new.chat_id AND message_id = new.id AND image IS NULL;
  INSERT INTO search_entries (chat_id, message_id) VALUES (new.chat_id, new.id);
  INSERT INTO search_index (rowid, text) SELECT id, new.text FROM search_entries WHERE chat_id = new.chat_id AND message_id = new.id AND image IS NULL;
END;
CREATE TRIGGER search_message_gone AFTER DELETE ON messages BEGIN
  DELETE FROM search_entries WHERE chat_id = old.chat_id AND message_id = old.id;
END;

CREATE TRIGGER search_image_added AFTER INSERT ON message_images BEGIN
  INSERT INTO search_entries (chat_id, message_id, image) SELECT chat_id, new.message_id, new.position FROM messages WHERE id = new.message_id;
  INSERT INTO search_index (rowid, text) SELECT last_insert_rowid(), new.name WHERE changes() = 1;
END;
CREATE TRIGGER search_image_renamed AFTER UPDATE ON message_images BEGIN
  DELETE FROM search_entries WHERE chat_id = (SELECT chat_id FROM messages WHERE id = old.message_id) AND message_id = old.message_id AND image = old.position;
  INSERT INTO search_entries (chat_id, message_id, image) SELECT chat_id, new.message_id, new.position FROM messages WHERE id = new.message_id;
  INSERT INTO search_index (rowid, text) SELECT last_insert_rowid(), new.name WHERE changes() = 1;
END;
CREATE TRIGGER search_image_gone AFTER DELETE ON message_images BEGIN
  DELETE FROM search_entries WHERE chat_id = (SELECT chat_id FROM messages WHERE id = old.message_id) AND message_id = old.message_id AND image = old.position;
END;

INSERT INTO search_entries (chat_id, message_id, image)
  SELECT chat_id, message_id, image FROM (
    SELECT id AS chat_id, NULL AS message_id, NULL AS image, created_at AS at, 0 AS place FROM chats
    UNION ALL SELECT chat_id, id, NULL, created_at, position FROM messages WHERE status <> 'writing'
    UNION ALL SELECT m.chat_id, m.id, i.position, m.created_at, m.position FROM message_images i JOIN messages m ON m.id = i.message_id
  ) ORDER BY at, chat_id, place, image;
INSERT INTO search_index (rowid, text) SELECT e.id, coalesce(i.name, m.text, c.title) FROM search_entries e
  JOIN chats c ON c.id = e.chat_id
  LEFT JOIN messages m ON m.id = e.message_id
  LEFT JOIN message_images i ON i.message_id = e.message_id AND i.position = e.image
  ORDER BY e.id;
`

/** Full-text search, and what orders the list of chats: pinned, archived, labels. */
export const finding = `
ALTER TABLE chats ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
-- Labels rather than folders: a receipt of a journey belongs to the journey and to the taxes, and no chat is ever lost in the wrong folder.
CREATE TABLE chat_tags (
  chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (chat_id, tag)
) STRICT, WITHOUT ROWID;
${searchIndex}`
