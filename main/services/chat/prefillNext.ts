import type { Engine } from '../../engine/client/Engine.ts'
import { preparePictures } from '../images/pictureSource.ts'
import { sharedStart } from '../prompt/sharedStart.ts'
import { writePrompt } from '../prompt/writePrompt.ts'
import { toEnginePart } from './writeAnswer.ts'
import type { AnswerRequest } from './writeAnswer.ts'

/** Two questions that have nothing in common: what their prompts share, every question's prompt begins with. */
const anyQuestions = ['1', '2'] as const

/**
 * [Note: Words before the next question] The end of an answer and the template's words that lead to the next question are known when
 * the answer ends. They are evaluated then, while the person reads: with LLaVA's template 5 of the some 20 tokens of a short follow-up.
 *
 * `answer`: the text the request got. Does nothing where the model is not ready or no longer knows the pictures. Rejects with the engine's errors.
 */
export async function prefillNext(engine: Engine, request: AnswerRequest, answer: string, signal: AbortSignal): Promise<void> {
  if (engine.status.state !== 'ready' || request.turns.length === 0 || answer.trim() === '') return
  const { info: model } = engine.status
  const { conversation, keep, options, templateOf } = request
  const turns = request.turns.map((turn, index, all) => (index === all.length - 1 ? { ...turn, answer } : turn))
  const write = async (question: string) => {
    const talk = { turns: [...turns, { question, images: [], answer: null }], systemPrompt: options.systemPrompt, template: templateOf(model.files) }
    return (await writePrompt(engine, model, talk, signal)).parts
  }
  const parts = sharedStart(await write(anyQuestions[0]), await write(anyQuestions[1]))
  const sources = parts.flatMap((part) => (part.type === 'image' ? [part.image] : []))
  if (sources.length > 0 && (await engine.missing(sources.map(({ key }) => key), signal)).keys.length > 0) return
  const { pictures } = await preparePictures(sources, new Set(), signal)
  await engine.prefill({ conversation, keep, prompt: parts.map((part) => toEnginePart(part, pictures)) }, signal)
}
