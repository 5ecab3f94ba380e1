import * as z from 'zod'
import { mostOptions } from '../limits.ts'
import { template } from './template.ts'

/**
 * A rectangle as fractions of a side: left, top, right, bottom; 0,0 is the upper left corner. Of what, the reading says
 * (`boxReadings`), or the function that takes it.
 */
export const box = z
  .tuple([z.number().min(0).max(1), z.number().min(0).max(1), z.number().min(0).max(1), z.number().min(0).max(1)])
  .refine(([left, top, right, bottom]) => left < right && top < bottom)
export type Box = z.infer<typeof box>

/**
 * What the numbers of a box are fractions of: the square that the picture is padded to (as most of LLaVA-1.5's training data has
 * them), or the picture itself (as some of it seems to).
 */
export const boxReadings = ['square', 'picture'] as const
export type BoxReading = (typeof boxReadings)[number]

/** What a record is asked for with: the parts of a template that the model reads. Stored with the question, so that a template that changes or goes changes no question of the past. */
export const recordShape = template.pick({ title: true, instructions: true, fields: true })
export type RecordShape = z.infer<typeof recordShape>

/** How a question is to be answered. `answerWords.ts` has the words that the model gets for each. */
export const answerFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('free') }),
  z.object({ type: z.literal('short') }),
  /** One of the options, by its letter; the answer is held to the letters by a grammar. */
  z.object({ type: z.literal('letter'), options: z.array(z.string().trim().min(1).max(500)).min(2).max(mostOptions) }),
  z.object({ type: z.literal('caption') }),
  z.object({ type: z.literal('detailed') }),
  /** A JSON object, held by a grammar: of any members, or of those of the record. */
  z.object({ type: z.literal('json'), record: recordShape.nullable() }),
  /** The question's text names what to find; the answer is its box. */
  z.object({ type: z.literal('find') }),
  /** A description of one region of the picture. */
  z.object({ type: z.literal('region'), box, reading: z.enum(boxReadings) }),
])
export type AnswerFormat = z.infer<typeof answerFormat>

/** `holds`: what the question presumes is in the picture; `fails`: it is not; `unclear`: the check gave neither yes nor no; `noPicture`: there was none to look at; `nothing`: the question presumes nothing. */
export const premiseVerdicts = ['holds', 'fails', 'unclear', 'noPicture', 'nothing'] as const

/** What came of asking first whether a question's premise is in the picture. */
export const premise = z.object({
  verdict: z.enum(premiseVerdicts),
  /** What the check took, in milliseconds. */
  milliseconds: z.number().nonnegative(),
})
export type Premise = z.infer<typeof premise>
