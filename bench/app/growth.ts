import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Services } from '../../main/services/createServices.ts'
import { testServices } from '../../main/services/testing/testServices.ts'
import { dataPaths } from '../../main/platform/paths.ts'
import { newId } from '../../main/storage/ids.ts'
import { Store } from '../../main/storage/Store.ts'
import { randomPicture } from '../reference/pictures.ts'
import type { Comparison } from '../speed/statistics.ts'

/** Whatever is stored, a chat has so many messages: what grows is the store. */
const messagesPerChat = 50
const [fewMessages, manyMessages] = [1000, 100_000]
const [fewImages, manyImages] = [1, 64]

/** What people wait for, in milliseconds. */
interface Costs {
  readonly list: number
  readonly open: number
  readonly ask: number
  readonly add: number
}

/** What calls cost on a large store against a small one, through the real services (with an engine that answers at once). */
export async function compareGrowth({ rounds }: { rounds: number }): Promise<Comparison[]> {
  const messages = await compareStores({ messages: fewMessages, images: 1 }, { messages: manyMessages, images: 1 }, rounds)
  const images = await compareStores({ messages: fewMessages, images: fewImages }, { messages: fewMessages, images: manyImages }, rounds)
  return [
    ...rows(messages, `${manyMessages} messages`, `${fewMessages} messages`, ['list', 'open', 'ask']),
    ...rows(images, `${manyImages} images`, `${fewImages} image`, ['add', 'ask']),
  ]
}

const names: Record<keyof Costs, string> = { list: 'list of chats', open: 'opening a chat', ask: 'storing a question', add: 'adding an image' }

function rows({ large, small }: { large: readonly Costs[]; small: readonly Costs[] }, many: string, few: string, calls: readonly (keyof Costs)[]): Comparison[] {
  return calls.map((call) => ({ what: `${names[call]}, ${many}`, unit: 'ms', peer: few, kind: 'time', ours: large.map((costs) => costs[call]), theirs: small.map((costs) => costs[call]) }))
}

interface Size {
  readonly messages: number
  readonly images: number
}

async function compareStores(few: Size, many: Size, rounds: number): Promise<{ large: Costs[]; small: Costs[] }> {
  await using small = await FilledStore.create(few)
  await using large = await FilledStore.create(many)
  const costs: { large: Costs[]; small: Costs[] } = { large: [], small: [] }
  // The first calls compile code and statements.
  for (const store of [small, large]) await store.measure()
  for (let round = 0; round < rounds; round++) {
    costs.small.push(await small.measure())
    costs.large.push(await large.measure())
  }
  return costs
}

let pictures = 0

/** A data folder of this size, with services on it. */
class FilledStore implements AsyncDisposable {
  readonly #folder: string
  readonly #services: Services
  #image = ''

  private constructor(folder: string, services: Services) {
    this.#folder = folder
    this.#services = services
  }

  static async create({ messages, images }: Size): Promise<FilledStore> {
    const folder = mkdtempSync(join(tmpdir(), 'llava-desk-growth-'))
    fillChats(folder, messages)
    const { services } = await testServices(folder)
    const store = new FilledStore(folder, services)
    for (let i = 0; i < images; i++) await store.#add(await encodedPicture())
    return store
  }

  async measure(): Promise<Costs> {
    const { chats } = this.#services
    const bytes = await encodedPicture()
    const list = await time(() => chats.list())
    const chat = chats.list().at(-1)!
    const open = await time(() => chats.open(chat.id))
    const asked = chats.create()
    let answer = ''
    const ask = await time(() => (answer = chats.ask({ chatId: asked.id, text: 'What is the total?', images: [this.#image] }).answer.id))
    for await (const event of chats.follow(answer)) if (event.type === 'end') break
    const add = await time(async () => await this.#add(bytes))
    return { list, open, ask, add }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#services.dispose()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #add(bytes: Buffer): Promise<void> {
    this.#image = (await this.#services.images.add(bytes, 'a picture.png')).id
  }
}

function fillChats(folder: string, messages: number): void {
  const store = new Store(dataPaths(folder))
  try {
    store.transaction(() => {
      for (let i = 0, chatId = ''; i < messages; i++) {
        if (i % messagesPerChat === 0) store.chats.create((chatId = newId()), i)
        const role = i % 2 === 0 ? 'user' : 'assistant'
        store.messages.add({ id: newId(), chatId, role, text: `Message ${i} of many, as long as such messages are.`, images: [], options: {}, writer: null, createdAt: i })
      }
    })
  } finally {
    store.dispose()
  }
}

async function encodedPicture(): Promise<Buffer> {
  const { data, width, height } = randomPicture(200, 150, ++pictures)
  return await sharp(data, { raw: { width, height, channels: 3 } }).png().toBuffer()
}

async function time(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
