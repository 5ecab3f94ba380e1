import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoFiles, startEngine } from '../../../bench/engine/startEngine.ts'
import { Dice } from '../../../bench/pages/Dice.ts'
import { layOutPage } from '../../../bench/pages/layOutPage.ts'
import type { LaidOutPage } from '../../../bench/pages/layOutPage.ts'
import { pageSide, paintPage } from '../../../bench/pages/paintPage.ts'
import { amountFields } from '../../../bench/pages/words.ts'
import type { PageField } from '../../../bench/pages/words.ts'
import { countAnyresTokens, resizeAndPad, selectBestResolution } from '../../../bench/reference/anyres.ts'
import { randomPicture } from '../../../bench/reference/pictures.ts'
import { resizeBicubic } from '../../../bench/reference/pillow.ts'
import type { Rgb } from '../../../bench/reference/pillow.ts'
import { llavaSquare } from '../../../bench/reference/square.ts'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { Region } from '../../contract/domains/extraction.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'

/** The services on a folder of their own, over a real engine with these files. */
async function start(files: Parameters<typeof startEngine>[0]): Promise<{ services: Services; engine: Engine; dispose: () => Promise<void> }> {
  const folder = temporaryFolder()
  const engine = await startEngine(files, { threads: 1 })
  const { services } = await testServices(folder.path, { engine, demoModel: { model: files.model, projector: files.projector ?? '' } })
  services.settings.change({ engine: { backend: 'cpu', threads: 1, contextSize: null, gpuLayers: null, kvType: null, projectorOnGpu: null, idleMinutes: null } })
  await engine.ready()
  const dispose = async () => {
    await services.dispose()
    folder.remove()
  }
  return { services, engine, dispose }
}

async function pngOf({ width, height, data }: Rgb): Promise<Buffer> {
  return await sharp(data, { raw: { width, height, channels: 3 } }).png().toBuffer()
}

async function seenOf(services: Services, image: Rgb) {
  const { id } = await services.images.add(await pngOf(image), 'picture.png')
  const seen = await services.views.seen(id)
  return { ...seen, data: await sharp(Buffer.from(await seen.picture.arrayBuffer())).raw().toBuffer() }
}

describe('with the demo model', () => {
  let services: Services
  let dispose: () => Promise<void>
  beforeAll(async () => ({ services, dispose } = await start(demoFiles)))
  afterAll(async () => await dispose())

  test.each([[640, 427], [427, 641], [500, 500], [90, 60], [1100, 30]])('what it sees of %i x %i is the official square, pixel for pixel', async (width, height) => {
    const image = randomPicture(width, height, width)
    const seen = await seenOf(services, image)
    expect(seen).toMatchObject({ way: 'square', width: 336, height: 336, tokens: 576 })
    expect(seen.data.equals(Buffer.from(llavaSquare(image, 336).data))).toBe(true)
  })

  test('looking at what it sees encodes nothing', async () => {
    const { id } = await services.images.add(await pngOf(randomPicture(300, 200, 77)), 'picture.png')
    await services.views.seen(id)
    const { id: chatId } = services.chats.create()
    const { answer } = services.chats.ask({ chatId, text: 'What is the total?', images: [id] })
    for await (const event of services.chats.follow(answer.id)) if (event.type === 'end') expect(event.message.stats?.reused.images).toBe(0)
  })

  /** [Note: Region questions] Pages of 2000 pixels with one document on each; every question is asked of the whole page and of a box drawn around the document. */
  test('questions about a part of a large page are answered right where the whole page is not', async () => {
    const wanted = 40
    const score = { asked: 0, whole: 0, region: 0, loose: 0, followUp: 0 }
    for (let seed = 30_000; score.asked < wanted; seed++) {
      const sheet = await makeSheet(seed)
      const { id } = await services.images.add(sheet.png, `sheet ${seed}.png`)
      expect((await services.views.print(id)).verdict).toMatch(/^(tooSmall|none)$/)
      const [part, loose] = await Promise.all([sheet.box, sheet.loose].map(async (box) => await services.cropper.crop(id, box)))
      for (const { question, isRight } of sheet.questions.slice(0, wanted - score.asked)) {
        score.asked++
        if (isRight(await answerTo(question, id))) score.whole++
        if (isRight(await answerTo(question, part!.id))) score.region++
        if (isRight(await answerTo(question, loose!.id))) score.loose++
        if (isRight(await answerTo(question, part!.id, id))) score.followUp++
      }
    }
    process.stdout.write(`Region questions: whole page ${score.whole}/${score.asked}, region ${score.region}/${score.asked}, loosely drawn region ${score.loose}/${score.asked}, region after the whole page in one chat ${score.followUp}/${score.asked}\n`)
    expect(score.whole).toBeLessThanOrEqual(0.1 * score.asked)
    expect(score.region).toBeGreaterThanOrEqual(0.9 * score.asked)
  })

  /** `before`: a picture that was asked about first, in the same chat. */
  async function answerTo(text: string, image: string, before?: string): Promise<string> {
    const { id: chatId } = services.chats.create()
    if (before !== undefined) await ended(services.chats.ask({ chatId, text, images: [before], options: { temperature: 0 } }).answer.id)
    return await ended(services.chats.ask({ chatId, text, images: [image], options: { temperature: 0 } }).answer.id)
  }

  async function ended(answer: string): Promise<string> {
    for await (const event of services.chats.follow(answer)) if (event.type === 'end') return event.message.text
    throw new Error('The answer has no end')
  }
})

describe('with a model that sees tiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-seen-'))
  let services: Services
  let dispose: () => Promise<void>
  beforeAll(async () => {
    const files = { model: join(folder, 'text.gguf'), projector: join(folder, 'projector.gguf') }
    writeTextModel(files.model, textShapes.tiny)
    writeProjector(files.projector, projectorShapes.fullTiles)
    ;({ services, dispose } = await start(files))
  })
  afterAll(async () => {
    await dispose()
    rmSync(folder, { recursive: true })
  })

  test.each([[500, 300], [300, 900], [1500, 1400]])('what is shown of %i x %i is the overview and the tiles, with the price of both', async (width, height) => {
    const image = randomPicture(width, height, 9)
    const seen = await seenOf(services, image)
    expect(seen).toMatchObject({ way: 'overview', width: 336, height: 336, tokens: countAnyresTokens([width, height], projectorShapes.fullTiles.pinpoints, 336, 24) })
    expect(seen.data.equals(Buffer.from(resizeBicubic(image, 336, 336).data))).toBe(true)
    const canvas = selectBestResolution([width, height], projectorShapes.fullTiles.pinpoints)
    expect(seen.tiles).toMatchObject({ width: canvas[0], height: canvas[1], columns: canvas[0] / 336, rows: canvas[1] / 336 })
    const tiles = await sharp(Buffer.from(await seen.tiles!.picture.arrayBuffer())).raw().toBuffer()
    expect(tiles.equals(Buffer.from(resizeAndPad(image, canvas).data))).toBe(true)
  })
})

interface Sheet {
  readonly png: Buffer
  /** Around the document, and the same drawn by a hand that is not steady. */
  readonly box: Region
  readonly loose: Region
  readonly questions: readonly { readonly question: string; readonly isRight: (answer: string) => boolean }[]
}

const SIDE = 2000
const clean = { noise: 0, blur: 0, resizedTo: null, quality: null }

async function makeSheet(seed: number): Promise<Sheet> {
  const dice = new Dice(seed)
  const page = layOutPage(dice)
  const side = pageSide * dice.of([1, 2])
  const [left, top] = [dice.between(20, SIDE - side - 20), dice.between(20, SIDE - side - 20)]
  const document = await sharp(await paintPage(page, dice, clean), { raw: { width: pageSide, height: pageSide, channels: 3 } }).resize(side, side, { kernel: 'cubic' }).png().toBuffer()
  const png = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#f4f2ee' } }).composite([{ input: document, left, top }]).png().toBuffer()
  const boxAt = (dx: number, dy: number, dw: number, dh: number): Region => ({ x: (left + dx) / SIDE, y: (top + dy) / SIDE, width: (side + dw) / SIDE, height: (side + dh) / SIDE })
  const shift = () => dice.between(-Math.round(side / 100), Math.round(side / 100))
  return { png, box: boxAt(0, 0, 0, 0), loose: boxAt(shift(), shift(), shift(), shift()), questions: questionsOf(page) }
}

const asked: Readonly<Partial<Record<PageField, string>>> = {
  vendor: 'Who is the vendor?', invoice_number: 'What is the invoice number?', receipt_number: 'What is the receipt number?', date: 'What is the date?', due_date: 'What is the due date?',
  name: 'What is the name?', phone: 'What is the phone number?', city: 'What is the city?', id_number: 'What is the ID number?', total: 'What is the total?', tax: 'What is the tax?',
}

function questionsOf({ values }: LaidOutPage): Sheet['questions'] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = name as PageField
    const question = asked[field]
    if (question === undefined) return []
    const isAmount = amountFields.includes(field)
    return [{ question, isRight: (answer: string) => (isAmount ? Number(answer.replace('$', '')) === value : answer === value) }]
  })
}
