import type { Cell } from '../../../contract/domains/extraction.ts'
import type { TemplateField } from '../../../contract/domains/template.ts'
import type { Engine } from '../../../engine/client/Engine.ts'
import type { Turns } from '../../../platform/Turns.ts'
import type { PictureSource } from '../../images/pictureSource.ts'
import type { ReadRequest } from '../ports.ts'
import { answerLength } from './answerLength.ts'
import { beginningFor } from './answerBeginning.ts'
import { askModel } from './askModel.ts'
import type { ModelAnswer, OnProgress } from './askModel.ts'
import { recordGrammar, valueGrammar } from './grammars.ts'
import { inParallel } from './inParallel.ts'
import { makeCell } from './makeCell.ts'
import { parseAnswer } from './parseAnswer.ts'
import { withPrompt } from './preparePrompt.ts'
import type { PreparedPrompt, TemplateOf } from './preparePrompt.ts'
import { questionOf } from '../../../contract/questionOf.ts'
import { TokenSpans } from './TokenSpans.ts'

/** The engine evaluates as many answers in one step as it can; more wait there. */
const FIELDS_AT_ONCE = 8

export interface PageQuestion {
  readonly engine: Engine
  /** Pages of runs are asked about one at a time. */
  readonly turns: Turns
  readonly templateOf: TemplateOf
  readonly request: ReadRequest
  /** Those of the template that are wanted. */
  readonly fields: readonly TemplateField[]
  /** Pages, or a part of one, in order. */
  readonly images: readonly PictureSource[]
  readonly conversation: string
  readonly onProgress: OnProgress
  readonly onCell: (field: TemplateField, cell: Cell) => void
}

/**
 * Reads the fields from pictures; cells before any check, in the order of the fields. Rejects the engine's errors and those of the pictures.
 *
 * [Note: The same bytes] A run is to give the same bytes each time, how sure the model was included. Which answers share a step decides
 * how their sums are rounded, so pages of runs do not share any; while one is asked about, the picture of the next is decoded. For the same
 * reason the engine guesses nothing in batches (`Drafting`), and their pages find its cache alike (`SequencePool.claim`). On two cores
 * pages asked about together took as long; the fields of a page, which come in the same order each time, still share their steps.
 */
export async function readPage(question: PageQuestion, signal: AbortSignal): Promise<Record<string, Cell>> {
  const { engine, turns, templateOf, request, fields, images } = question
  const text = questionOf({ fields: [...fields], instructions: request.template.instructions })
  const read = request.mode === 'fields' ? readFields : readWhole
  const asked = async (prompt: PreparedPrompt) => await read(question, prompt, signal)
  const inTurn = async (prompt: PreparedPrompt) => (request.priority === 'batch' ? await turns.take(async () => await asked(prompt), signal) : await asked(prompt))
  const cells = await withPrompt(engine, templateOf, text, images, inTurn, signal)
  return Object.fromEntries(fields.map(({ name }) => [name, cells.get(name) as Cell]))
}

/**
 * One question for each field: the answer's beginning up to the value is given, and only the value is sampled. They share all of the
 * prompt but that beginning, so the engine evaluates it once.
 */
async function readFields(question: PageQuestion, prompt: PreparedPrompt, signal: AbortSignal): Promise<Map<string, Cell>> {
  const { fields, request, onCell } = question
  const cells = new Map<string, Cell>()
  // Where one fails, the others are of no use.
  const others = new AbortController()
  const ends = AbortSignal.any([signal, others.signal])
  await inParallel(fields, FIELDS_AT_ONCE, async (field) => {
    try {
      const beginning = beginningFor(field.name)
      const answer = await ask(question, prompt, { beginning, grammar: valueGrammar(field), fields: [field], conversation: `${question.conversation} ${field.name}` }, ends)
      const cell = cellsOf(answer, beginning, [field], request).get(field.name) as Cell
      cells.set(field.name, cell)
      onCell(field, cell)
    } catch (error) {
      others.abort()
      throw error
    }
  })
  return cells
}

/** One question for the record; of its answer only the first brace and key are given. */
async function readWhole(question: PageQuestion, prompt: PreparedPrompt, signal: AbortSignal): Promise<Map<string, Cell>> {
  const { fields, request, conversation, onCell } = question
  const beginning = beginningFor(fields[0]?.name ?? '')
  const answer = await ask(question, prompt, { beginning, grammar: recordGrammar({ fields }), fields, conversation }, signal)
  const cells = cellsOf(answer, beginning, fields, request)
  for (const field of fields) onCell(field, cells.get(field.name) as Cell)
  return cells
}

interface Asked {
  readonly beginning: string
  readonly grammar: string
  readonly fields: readonly TemplateField[]
  readonly conversation: string
}

async function ask({ engine, request, onProgress }: PageQuestion, prompt: PreparedPrompt, { beginning, grammar, fields, conversation }: Asked, signal: AbortSignal): Promise<ModelAnswer> {
  const { stopTexts } = prompt
  const isMany = fields.length > 1 || fields.some(({ type }) => type === 'list' || type === 'table')
  return await askModel(engine, { conversation, prompt: prompt.beginning(beginning), stopTexts, grammar, maxTokens: answerLength(fields), priority: request.priority, isMany }, onProgress, signal)
}

/** Cells from an answer's text, which the engine gives without the space in front. */
function cellsOf({ text, sampled, repeated }: ModelAnswer, beginning: string, fields: readonly TemplateField[], { locale, threshold, template }: ReadRequest): Map<string, Cell> {
  const whole = `${beginning} ${text}`
  const members = text === '' ? new Map<string, never>() : parseAnswer(whole).members
  const read = { spans: new TokenSpans(whole, beginning.length, sampled), locale: template.locale ?? locale, threshold, repeated }
  return new Map(fields.map((field) => [field.name, makeCell(field, members.get(field.name), read)]))
}
