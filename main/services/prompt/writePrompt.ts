import type { ModelInfo } from '../../contract/domains/model.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { buildPrompt } from './buildPrompt.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { templateInEffect } from './chooseTemplate.ts'
import { embeddedPrompt } from './embeddedPrompt.ts'
import { templates } from './templates.ts'

/** A conversation to be answered; its last turn has no answer. */
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

/** Writes a conversation for the model that is loaded. Rejects `TEMPLATE_FAILED`, and the engine's errors. */
export async function writePrompt<Image>(engine: Pick<Engine, 'template' | 'render'>, model: ModelInfo, conversation: Conversation<Image>, signal: AbortSignal): Promise<WrittenPrompt<Image>> {
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
