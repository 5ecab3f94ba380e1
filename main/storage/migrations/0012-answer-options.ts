/** What a chat keeps for its next questions, and what came of verifying a question's premise. */
export const answerOptions = `
-- JSON: ChatOptions. Null: nothing was chosen yet.
ALTER TABLE chats ADD COLUMN options TEXT;
-- JSON: Premise, of an answer whose question's premise was verified.
ALTER TABLE messages ADD COLUMN premise TEXT;
`
