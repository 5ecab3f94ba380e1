import * as z from 'zod'

/** What chats, messages, templates and runs are known by. */
export const id = z.string().min(1).max(64)
