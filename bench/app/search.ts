import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { SearchService } from '../../main/services/search/SearchService.ts'
import { silentLogger } from '../../main/platform/log.ts'
import { dataPaths } from '../../main/platform/paths.ts'
import { newId } from '../../main/storage/ids.ts'
import { Store } from '../../main/storage/Store.ts'
import { Random } from '../synthetic/random.ts'
import type { Comparison } from '../speed/statistics.ts'

const [few, many] = [10_000, 100_000]
const messagesPerChat = 50

/** What people look for, by what makes it hard; each stands in the texts as its name says. */
const queries = {
  'a word of one old message': 'haystack',
  'a word of every message': 'invoice',
  'words that are common, together in no message': 'ordering information nowhere',
  'part of a word, and a short one': 'nvoic 7',
  'four Chinese characters': '发票总额',
  'two Chinese characters, in the newest messages': '合计',
  'two Chinese characters that stand nowhere': '不存',
} as const
type Query = keyof typeof queries
const names = Object.keys(queries) as Query[]

interface Round {
  readonly times: Readonly<Record<Query, number>>
  /** The longest time that nothing else was done in this process. */
  readonly held: number
}

/** How long a search takes among many messages against few, and how long it holds up what else the app does, e.g. passing on an answer. */
export async function compareSearch({ rounds }: { rounds: number }): Promise<Comparison[]> {
  using small = new FilledStore(few)
  using large = new FilledStore(many)
  const measured: { small: Round[]; large: Round[] } = { small: [], large: [] }
  // The first calls compile code and statements.
  for (const store of [small, large]) await store.measure()
  for (let round = 0; round < Math.max(7, rounds); round++) {
    measured.small.push(await small.measure())
    measured.large.push(await large.measure())
  }
  const row = (what: string, value: (round: Round) => number): Comparison => ({
    what: `${what}, ${many} messages`,
    unit: 'ms',
    peer: `${few} messages`,
    kind: 'time',
    ours: measured.large.map(value),
    theirs: measured.small.map(value),
  })
  return [...names.map((name) => row(`search for ${name}`, ({ times }) => times[name])), row('longest hold of all these searches', ({ held }) => held)]
}

class FilledStore implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'llava-desk-search-'))
  readonly #store: Store
  readonly #search: SearchService

  constructor(messages: number) {
    this.#store = new Store(dataPaths(this.#folder))
    this.#store.transaction(() => fill(this.#store, messages))
    this.#search = new SearchService(this.#store.search, silentLogger)
  }

  async measure(): Promise<Round> {
    const times: Partial<Record<Query, number>> = {}
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    for (const name of names) {
      const start = performance.now()
      await this.#search.search({ text: queries[name], limit: 50 })
      times[name] = performance.now() - start
    }
    delay.disable()
    return { times: times as Record<Query, number>, held: delay.max / 1e6 }
  }

  [Symbol.dispose](): void {
    this.#store.dispose()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Questions and answers of 10 to 110 words, of three thousand words of which few are common, as in a language. */
function fill(store: Store, messages: number): void {
  const random = new Random(6)
  const vocabulary = Array.from({ length: 3000 }, () => word(random))
  for (let i = 0, chatId = ''; i < messages; i++) {
    if (i % messagesPerChat === 0) store.chats.create((chatId = newId()), i)
    const role = i % 2 === 0 ? 'user' : 'assistant'
    store.messages.add({ id: newId(), chatId, role, text: textOf(i, messages, vocabulary, random), images: [], options: {}, writer: null, createdAt: i })
  }
}

function textOf(index: number, of: number, vocabulary: readonly string[], random: Random): string {
  const words = Array.from({ length: 10 + Math.floor(random.unit() * 100) }, () => vocabulary[Math.floor(random.unit() ** 2 * vocabulary.length)] ?? '')
  const more = index === 25 ? ' haystack 发票总额' : index % 1000 === 7 ? ' ordering the information' : index === of - 60 ? ' 合计' : ''
  return `What does invoice ${index} say? ${words.join(' ')}${more}`
}

function word(random: Random): string {
  return Array.from({ length: 3 + Math.floor(random.unit() * 7) }, () => 'etaoinshrdlucmfwypvbgk'.charAt(Math.floor(random.unit() ** 1.5 * 22))).join('')
}
