import type { ModelInfo } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { buildPrompt } from './buildPrompt.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { templateInEffect } from './chooseTemplate.ts'
import { embeddedPrompt } from './embeddedPrompt.ts'
import { templates } from './templates.ts'

/** A conversation to be answered; its last turn has no answer, or the beginning of one that is to go on. */
export interface Conversation<Image> {
  readonly turns: readonly Turn<Image>[]
  /** In place of the system text of the template; absent leaves that. */
  readonly systemPrompt: string | undefined
  /** Null: that of the model's family. */
  readonly template: PromptTemplate | null
}

/** A conversation as a model reads it, and the texts that end its answer beside its own end tokens. */
export interface WrittenPrompt<Image> {
  readonly parts: readonly DraftPart<Image>[]
  readonly stopTexts: readonly string[]
}

/** Ends the beginning of an answer while the prompt is written, so that it can be found again; templates write it as any other text. */
const HERE = '\uE002here\uE003'

/**
 * Writes a conversation for the model that is loaded. Rejects `TEMPLATE_FAILED`, and the engine's errors.
 *
 * [Note: Going on] An answer that is to go on is written as any answer of the past, with what its template puts in front of one, and
 * the prompt is cut off behind it: so the model finds the tokens it has written itself, without the mark of their end.
 */
export async function writePrompt<Image>(engine: Pick<Engine, 'template' | 'render'>, model: ModelInfo, conversation: Conversation<Image>, signal: AbortSignal): Promise<WrittenPrompt<Image>> {
  const { turns } = conversation
  const last = turns.at(-1)
  const begun = last?.answer?.trimEnd() ?? ''
  if (last === undefined || begun === '') return await writeWhole(engine, model, { ...conversation, turns: turns.map((turn) => (turn === last ? { ...turn, answer: null } : turn)) }, signal)
  const written = await writeWhole(engine, model, { ...conversation, turns: [...turns.slice(0, -1), { ...last, answer: begun + HERE }] }, signal)
  return { ...written, parts: cutHere(written.parts, model) }
}

/** The parts up to the mark. */
function cutHere<Image>(parts: readonly DraftPart<Image>[], model: ModelInfo): DraftPart<Image>[] {
  const at = parts.findLastIndex((part) => part.type === 'text' && part.text.includes(HERE))
  const part = parts[at]
  if (part?.type !== 'text') throw new AppError('TEMPLATE_FAILED', { model: model.name, detail: 'it leaves out the answer that is to go on' })
  return [...parts.slice(0, at), { ...part, text: part.text.slice(0, part.text.lastIndexOf(HERE)) }]
}

async function writeWhole<Image>(engine: Pick<Engine, 'template' | 'render'>, model: ModelInfo, conversation: Conversation<Image>, signal: AbortSignal): Promise<WrittenPrompt<Image>> {
  const { embedded, projector } = await engine.template(signal)
  const { turns, systemPrompt } = conversation
  const name = templateInEffect(conversation.template, { ...model, embedded })
  if (name !== 'embedded') {
    const template = templates[name]
    return { parts: buildPrompt(template, systemPrompt ?? template.systemText, turns), stopTexts: template.stopTexts }
  }
  const render = async (messages: Parameters<Engine['render']>[0]) => await engine.render(messages, signal)
  return { parts: await embeddedPrompt({ render, projector, model: model.name }, systemPrompt ?? '', turns), stopTexts: [] }
}
