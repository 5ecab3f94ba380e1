import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GenerationOptions } from '../../contract/domains/chat.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { neverAborted } from '../../platform/neverAborted.ts'
import { writeError } from '../../platform/fileErrors.ts'
import type { AnswerStep } from '../chat/writeAnswer.ts'
import { writeAnswer } from '../chat/writeAnswer.ts'
import { readHeader } from '../images/decode.ts'
import { PixelFiles } from '../images/PixelFiles.ts'
import type { PixelFile } from '../images/PixelFiles.ts'
import { pngOfPpm } from '../images/pngOfPpm.ts'
import { pictureSource } from '../images/pictureSource.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import { readImageFile } from '../images/readImageFile.ts'
import { recognise } from '../images/recognise.ts'

export interface OneShotQuestion {
  readonly text: string
  /** Paths of picture files. */
  readonly images: readonly string[]
  readonly options: GenerationOptions
  /** Conversation template; null leaves it to the model's family. */
  readonly template: PromptTemplate | null
}

export interface SeeRequest {
  /** Path of a picture file. */
  readonly image: string
  /** Where to write the picture the model gets, as PNG. */
  readonly png: string | null
  /** Where to write the projected embeddings: little-endian float32, tokens x width, row-major. */
  readonly embeddings: string | null
}

/** What the model gets from a picture. */
export interface Seen {
  readonly width: number
  readonly height: number
  readonly tokens: number
  readonly embeddingWidth: number
}

/**
 * Questions without a chat: pictures by path, nothing stored. For the command line. The engine's model is chosen by the
 * caller (`engine.use`); `ask` and `see` wait until it is ready.
 */
export class OneShot {
  readonly #engine: Engine
  readonly #folder: Promise<string>

  private constructor(engine: Engine, folder: Promise<string>) {
    this.#engine = engine
    this.#folder = folder
  }

  static create(engine: Engine): OneShot {
    const folder = mkdtemp(join(tmpdir(), 'llava-desk-'))
    folder.catch(() => undefined) // Whoever needs the folder gets the error.
    return new OneShot(engine, folder)
  }

  /** Every picture is decoded before the first step, so that a bad one fails before the model is waited for. See `writeAnswer` for errors. */
  async *ask(question: OneShotQuestion, signal: AbortSignal = neverAborted()): AsyncGenerator<AnswerStep, void, undefined> {
    const decoded: DecodedPicture[] = []
    try {
      for (const path of question.images) decoded.push(await decodeNow(await this.#source(path)))
      const turns = [{ question: question.text, images: decoded.map(({ source }) => source), answer: null }]
      yield* writeAnswer(this.#engine, { conversation: 'one-shot', turns, options: question.options, templateOf: () => question.template, keep: false }, signal)
    } finally {
      for (const picture of decoded) await picture.dispose()
    }
  }

  /** Rejects the errors of decoding a picture and of the engine, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async see(request: SeeRequest, signal?: AbortSignal): Promise<Seen> {
    const source = await this.#source(request.image)
    const pixels = await source.prepare()
    const square = join(await this.#workFolder(), 'seen.ppm')
    try {
      const seen = await this.#engine.see(
        { picture: { key: source.key, path: pixels.path }, pixelsOut: request.png === null ? null : square, embeddingsOut: request.embeddings },
        signal,
      )
      if (request.png !== null) await savePng(square, request.png)
      return seen
    } finally {
      await pixels.dispose()
      await rm(square, { force: true })
    }
  }

  async dispose(): Promise<void> {
    const folder = await this.#folder.catch(() => null)
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }

  async #source(path: string): Promise<PictureSource> {
    const { bytes, name } = await readImageFile(path)
    const format = await recognise(bytes, name)
    await readHeader(bytes, format, name)
    const id = createHash('sha256').update(bytes).digest('hex')
    const pixels = new PixelFiles(await this.#workFolder())
    return pictureSource(id, name, () => pixels.write(bytes, format, name))
  }

  async #workFolder(): Promise<string> {
    try {
      return await this.#folder
    } catch (error) {
      throw writeError(error, tmpdir())
    }
  }
}

/** A picture whose pixels wait in a file for its first `prepare`; without one, `dispose` removes it. */
interface DecodedPicture {
  readonly source: PictureSource
  dispose(): Promise<void>
}

async function decodeNow(source: PictureSource): Promise<DecodedPicture> {
  let waiting: PixelFile | null = await source.prepare()
  const take = () => {
    const taken = waiting
    waiting = null
    return taken
  }
  return {
    source: { ...source, prepare: async () => take() ?? (await source.prepare()) },
    dispose: async () => await take()?.dispose(),
  }
}

async function savePng(ppm: string, path: string): Promise<void> {
  const png = await pngOfPpm(ppm)
  await writeFile(path, png).catch((error: unknown) => {
    throw writeError(error, path)
  })
}
