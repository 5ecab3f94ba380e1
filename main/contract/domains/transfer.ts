import * as z from 'zod'
import { answerStats, chatOptions, errorData, id, messageOptions, stopReasons } from './chat.ts'
import { premise } from './format.ts'
import { labelLength, labelsPerChat } from '../limits.ts'
import { imageFormats, imageRegion, sha256 } from './image.ts'

/** Names the form of an export that can be imported; another form gets another number. */
export const chatsFormat = 'llava-desk-chats/1'

/** `json`: to be imported again. `html` and `markdown`: to be read. */
export const chatExportFormats = ['json', 'html', 'markdown'] as const
export type ChatExportFormat = (typeof chatExportFormats)[number]

const time = z.iso.datetime()

/** Its values, up to the first one that is wrong: a file of a stranger's may have a million of them, and each would be reported. */
function listOf<T>(item: z.ZodType<T>, most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .transform((values, context): T[] => {
      const good: T[] = []
      for (const [index, value] of values.entries()) {
        const result = item.safeParse(value)
        if (!result.success) {
          const [issue] = result.error.issues
          context.addIssue({ code: 'custom', path: [index, ...(issue?.path ?? [])], message: issue?.message ?? '' })
          return z.NEVER
        }
        good.push(result.data)
      }
      return good
    })
}

/** Most of each in one file. Pictures: more than a file of 4 GB holds. */
const most = { chats: 100_000, messages: 200_000, pictures: 200_000, shown: 1000 } as const

/** A picture of an export. */
export const exportedImage = z.object({
  /** SHA-256 of the bytes in the file, which is its name, too. */
  id: sha256,
  /** Its place in the ZIP file: `images/<id>.<ending>`. */
  file: z.string().regex(/^images\/[0-9a-f]{64}\.[a-z0-9]{2,5}$/),
  format: z.enum(imageFormats),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bytes: z.number().int().nonnegative(),
})
export type ExportedImage = z.infer<typeof exportedImage>

/** A picture as a message shows it. */
export const exportedShown = z.object({
  id: sha256,
  /** For display only. */
  name: z.string().max(1024),
  /** Where it was cut out of another picture, which is in the export, too; absent for a picture of its own. */
  region: imageRegion.extend({ source: z.object({ id: sha256, name: z.string().max(1024) }) }).optional(),
})
export type ExportedShown = z.infer<typeof exportedShown>

export const exportedMessage = z.object({
  id,
  /** The message it follows; null for the first one. Two messages with one parent are branches. */
  parent: id.nullable(),
  /** Its place in the chat; messages stand in this order. */
  position: z.number().int().nonnegative(),
  /** Of the messages with one parent, the one with the highest number is on the path that is shown; of equals the last. */
  chosen: z.number().int().nonnegative().default(0),
  role: z.enum(['user', 'assistant']),
  text: z.string().max(5_000_000),
  /** In the order in which the model gets them. */
  images: listOf(exportedShown, most.shown),
  status: z.enum(['done', 'stopped', 'failed', 'interrupted']),
  stop: z.enum(stopReasons).nullable(),
  error: errorData.nullable(),
  stats: answerStats.nullable(),
  /** What the question was asked with, beyond the settings of that time; how it wanted to be asked is part of it. */
  options: messageOptions,
  /** Of an answer whose question's premise was verified. */
  premise: premise.optional(),
  model: z.string().max(1024).nullable(),
  createdAt: time,
})
export type ExportedMessage = z.infer<typeof exportedMessage>

export const exportedChat = z.object({
  id,
  title: z.string().max(1000),
  /** Whether the title is the person's own. */
  renamed: z.boolean(),
  pinned: z.boolean().default(false),
  archived: z.boolean().default(false),
  tags: listOf(z.string().trim().min(1).max(labelLength), labelsPerChat).default([]),
  /** What it keeps for its next questions; absent where nothing was chosen. */
  options: chatOptions.optional(),
  createdAt: time,
  updatedAt: time,
  messages: listOf(exportedMessage, most.messages),
})
export type ExportedChat = z.infer<typeof exportedChat>

/** `chat.json` of an export. */
export const chatsDocument = z.object({
  format: z.literal(chatsFormat),
  /** Version of the app that wrote it. */
  app: z.string().max(100),
  exportedAt: time,
  /** Whether the pictures are the files as they were given, with all that cameras note in them. */
  originals: z.boolean(),
  chats: listOf(exportedChat, most.chats),
  images: listOf(exportedImage, most.pictures),
})
export type ChatsDocument = z.infer<typeof chatsDocument>

/** A finished export, waiting to be fetched in pieces. */
export const finishedExport = z.object({
  id,
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
  chats: z.number().int(),
  pictures: z.number().int(),
})
export type FinishedExport = z.infer<typeof finishedExport>

/** What an import would bring. */
export const importPreview = z.object({
  app: z.string(),
  exportedAt: z.string(),
  originals: z.boolean(),
  chats: z.array(z.object({ title: z.string(), messages: z.number().int(), pictures: z.number().int(), createdAt: z.string(), /** The same chat is here already. */ identical: z.boolean() })),
  messages: z.number().int(),
  pictures: z.number().int(),
  /** Of the pictures. */
  bytes: z.number().int(),
})
export type ImportPreview = z.infer<typeof importPreview>

/** What becomes of chats that are here already, message by message: left out, or brought in once more. */
export const identicalChats = ['skip', 'copy'] as const

export const importOutcome = z.object({ chats: z.array(id), skipped: z.number().int(), pictures: z.number().int() })
export type ImportOutcome = z.infer<typeof importOutcome>
