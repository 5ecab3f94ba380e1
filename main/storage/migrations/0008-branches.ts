/** Makes the messages of a chat a tree of which one path is shown, and lets a message be removed with all that follows it. */
export const branches = `
-- Of the messages with one parent, the one with the highest number is on the path that is shown.
ALTER TABLE messages ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
-- Removed but still restorable: when, by which process (its lock's token), and together with which message.
ALTER TABLE messages ADD COLUMN removed_at INTEGER;
ALTER TABLE messages ADD COLUMN removed_by TEXT;
ALTER TABLE messages ADD COLUMN removed_with TEXT;
CREATE INDEX messages_in_tree ON messages (chat_id, parent_id, position, chosen, id) WHERE removed_at IS NULL;
CREATE INDEX messages_removed ON messages (removed_with, removed_by) WHERE removed_at IS NOT NULL;
`
