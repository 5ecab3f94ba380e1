import type { ModelFiles } from '../../../contract/domains/model.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { PromptTemplate } from '../../../contract/promptTemplates.ts'
import type { Engine } from '../../../engine/client/Engine.ts'
import type { PromptPart } from '../../../engine/protocol.ts'
import { preparePictures } from '../../images/pictureSource.ts'
import type { PictureSource, PreparedPictures } from '../../images/pictureSource.ts'
import type { DraftPart } from '../../prompt/buildPrompt.ts'
import { writePrompt } from '../../prompt/writePrompt.ts'
import { withBeginning } from './answerBeginning.ts'

/** The conversation template chosen for a model; null leaves it to the model's family. */
export type TemplateOf = (files: ModelFiles) => PromptTemplate | null

/** A question about pictures, ready for the engine with any beginning of its answer. */
export interface PreparedPrompt {
  beginning(text: string): PromptPart[]
  readonly stopTexts: readonly string[]
}

/**
 * Calls `use` with the prompt for the model that is loaded, its pictures decoded where the engine needs them; they are gone
 * after it. Calls it once more, with all pixels, where a picture that the engine had cached has made room meanwhile. Rejects
 * like `use`, and with `MODEL_HAS_NO_VISION`, `TEMPLATE_FAILED`, `ABORTED` and the errors of engine and pictures.
 */
export async function withPrompt<Result>(engine: Engine, templateOf: TemplateOf, question: string, images: readonly PictureSource[], use: (prompt: PreparedPrompt) => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let allPixels = false; ; allPixels = true) {
    const model = await engine.ready(signal)
    if (!model.vision) throw new AppError('MODEL_HAS_NO_VISION', { model: model.name })
    const written = await writePrompt(engine, model, { turns: [{ question, images, answer: null }], systemPrompt: undefined, template: templateOf(model.files) }, signal)
    const keys = [...new Set(images.map(({ key }) => key))]
    const needed = allPixels ? keys : (await engine.missing(keys, signal)).keys
    const prepared = await preparePictures(images, new Set(needed), signal)
    try {
      return await use({ beginning: (text) => withBeginning(written.parts, text).map((part) => enginePart(part, prepared)), stopTexts: written.stopTexts })
    } catch (error) {
      if (allPixels || !(error instanceof AppError) || error.code !== 'FILE_MISSING') throw error
    } finally {
      await prepared.dispose()
    }
  }
}

function enginePart(part: DraftPart<PictureSource>, { pictures }: PreparedPictures): PromptPart {
  if (part.type === 'text') return part
  const picture = pictures.get(part.image)
  if (picture === undefined) throw new Error('A picture of the prompt was not prepared')
  return { type: 'image', picture }
}
