import * as z from 'zod'
import { errorCodes } from '../errors/codes.ts'
import { imagesPerQuestion, labelLength, labelsPerChat } from '../limits.ts'
import { answerFormat, premise } from './format.ts'
import { id } from './id.ts'
import { imageRef, sha256 } from './image.ts'

export { id } from './id.ts'

export const errorData = z.object({
  code: z.enum(errorCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})

/** Sampling and prompt options of one answer; what is absent comes from the settings. */
export const generationOptions = z.object({
  /** 0 is greedy. */
  temperature: z.number().min(0).max(5).optional(),
  topP: z.number().min(0).max(1).optional(),
  /** 0 turns it off. */
  topK: z.number().int().min(0).max(1000).optional(),
  minP: z.number().min(0).max(1).optional(),
  repeatPenalty: z.number().min(0.5).max(2).optional(),
  /** Random where absent. */
  seed: z.number().int().min(0).max(4294967295).optional(),
  maxTokens: z.number().int().min(1).max(32768).optional(),
  /** Replaces the system prompt of the model's conversation template. */
  systemPrompt: z.string().max(20000).optional(),
})
export type GenerationOptions = z.infer<typeof generationOptions>

/** How a question wants to be asked. */
const asking = {
  /** Absent: freely. */
  format: answerFormat.optional(),
  /** The model is asked first whether what the question presumes is in the picture, and then the question: two answers for one. */
  verifyPremise: z.boolean().optional(),
}

/** All that is stored with a question and its answer, and used again when it is answered once more. */
export const messageOptions = generationOptions.extend(asking)
export type MessageOptions = z.infer<typeof messageOptions>

/** What a chat keeps for its next questions. */
export const chatOptions = z.object({
  /** Comes over the settings and under what a question brings. */
  generation: generationOptions,
  format: answerFormat,
  verifyPremise: z.boolean(),
})
export type ChatOptions = z.infer<typeof chatOptions>

/** Why an answer ended: the model's end token, the token limit, the person, or a failure. */
export const stopReasons = ['end', 'length', 'stopped', 'failed'] as const
export type StopReason = (typeof stopReasons)[number]

/** What an answer cost and what was not computed again. Tokens; milliseconds. */
export const answerStats = z.object({
  promptTokens: z.number().int(),
  /** Tokens of the prompt that come from pictures. */
  imageTokens: z.number().int(),
  generatedTokens: z.number().int(),
  reused: z.object({
    /** Leading prompt tokens (pictures included) whose KV cells were already there. */
    promptTokens: z.number().int(),
    /** Pictures whose evaluation was skipped: KV cells or projected embeddings were already there. */
    images: z.number().int(),
  }),
  /** Prompt tokens evaluated for this answer (`promptTokens - reused.promptTokens`). */
  evaluatedTokens: z.number().int(),
  milliseconds: z.object({
    queue: z.number(),
    /** Decode, resize, CLIP and projector. */
    image: z.number(),
    /** Prompt evaluation; of prompts that were evaluated together, each one's share. */
    prompt: z.number(),
    /** From the request until the first piece of text. */
    firstToken: z.number(),
    generation: z.number(),
    total: z.number(),
  }),
  tokensPerSecond: z.number(),
})
export type AnswerStats = z.infer<typeof answerStats>

export const message = z.object({
  id,
  chatId: id,
  /** The message it follows; null for the first of a chat. */
  parentId: id.nullable(),
  /** All messages in this place of the chat, itself among them, oldest first: the other versions of a question, the other answers to it. */
  siblings: z.array(id),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  images: z.array(imageRef),
  /** `writing`: being generated now. `interrupted`: the app or engine died while it was written; the text so far is kept. */
  status: z.enum(['done', 'writing', 'stopped', 'failed', 'interrupted']),
  stop: z.enum(stopReasons).nullable(),
  error: errorData.nullable(),
  stats: answerStats.nullable(),
  /** Display name of the model that answered. */
  model: z.string().nullable(),
  /** How the question was asked, where it was not asked freely; the same on question and answer. */
  ...asking,
  /** Of an answer whose question's premise was verified, once that is done. */
  premise: premise.optional(),
  /** Milliseconds since the epoch. */
  createdAt: z.number().int(),
})
export type Message = z.infer<typeof message>

export const chatSummary = z.object({
  id,
  /** Empty until the first question or a rename; the screen then shows its own words. */
  title: z.string(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
  /** On all branches. */
  messages: z.number().int(),
  /** Whether an answer is being written now. */
  busy: z.boolean(),
  /** Stands before the others. */
  pinned: z.boolean(),
  /** Put away: found by a search, and in a list of its own. */
  archived: z.boolean(),
  /** Labels of the person's own, in the order of the alphabet. */
  tags: z.array(z.string()),
})
export type ChatSummary = z.infer<typeof chatSummary>

/** How a chat stands in the list; what is absent stays. */
export const chatOrder = z.object({
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  /** All labels of the chat; each once, whatever its case. */
  tags: z.array(z.string().trim().min(1).max(labelLength)).max(labelsPerChat).optional(),
})
export type ChatOrder = z.infer<typeof chatOrder>

/** One step of an answer being written. Text deltas are numbered so that a page that reloads can go on after the last one it saw. */
export const answerEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    /** What the engine is busy with before the first piece of text. */
    phase: z.enum(['queued', 'loading', 'image', 'prompt']),
    /** 0..1, or null where it cannot be known. */
    fraction: z.number().nullable(),
  }),
  /** The whole text so far; the first event of every `follow`, so that nothing is shown twice or lost. */
  z.object({ type: z.literal('snapshot'), seq: z.number().int(), text: z.string() }),
  z.object({ type: z.literal('delta'), seq: z.number().int(), text: z.string() }),
  z.object({ type: z.literal('end'), message }),
])
export type AnswerEvent = z.infer<typeof answerEvent>

export const question = z.object({
  chatId: id,
  text: z.string().trim().min(1).max(200_000),
  images: z.array(sha256).max(imagesPerQuestion),
  options: generationOptions.optional(),
  ...asking,
  /** The message it follows; null: it is the first. Absent: the end of the path that is shown. */
  after: id.nullable().optional(),
  /** A question that this one is another version of: it stands beside that one, and is asked as that one was where it says nothing of how. */
  edits: id.optional(),
})
export type Question = z.infer<typeof question>
