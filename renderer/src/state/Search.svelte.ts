import type { SearchHit, SearchResult } from '../../../main/contract/domains/search.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** Milliseconds without a key before the services are asked. */
const pause = 150
const hitsAtOnce = 50

/** What was found in one chat. */
export interface HitGroup {
  readonly chat: SearchHit['chat']
  readonly hits: readonly SearchHit[]
}

/** The search of all chats: what is typed, what was found, and the hit that Enter would choose. */
export class Search {
  text = $state('')
  hits = $state.raw<readonly SearchHit[]>([])
  /** What was looked for, of `hits`; null while nothing was. */
  searched = $state<string | null>(null)
  busy = $state(false)
  error = $state.raw<AppError | null>(null)
  /** The search ended before the oldest message. */
  bounded = $state(false)
  readonly open = $derived(this.text.trim() !== '')
  readonly more = $derived.by(() => this.#next !== null)
  /** The chat of the newest hit first; within a chat the newest hit first. */
  readonly groups: readonly HitGroup[] = $derived(groupByChat(this.hits))
  readonly active = $derived.by(() => this.#inOrder.find(({ place }) => place === this.#activePlace) ?? null)
  readonly #inOrder = $derived(this.groups.flatMap(({ hits }) => hits))
  #activePlace = $state<number | null>(null)
  #next = $state<number | null>(null)
  #leaving = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** Takes what is typed; searches when the person pauses. The search before is called off. */
  type(text: string): void {
    this.text = text
    this.#callOff()
    this.error = null
    if (text.trim() === '') {
      this.#show({ hits: [], next: null, bounded: false }, null)
      return
    }
    this.busy = true
    this.#timer = setTimeout(() => void this.#search(text), pause)
  }

  clear(): void {
    this.type('')
  }

  /** Searches for the same once more, without waiting. */
  async again(): Promise<void> {
    this.#callOff()
    await this.#search(this.text)
  }

  /** Goes on in older messages. */
  async showMore(): Promise<void> {
    const before = this.#next
    if (before === null || this.busy) return
    const { hits } = this
    await this.#search(this.text, { before, hits })
  }

  /** Makes the next hit the active one, or the one before. */
  move(step: 1 | -1): void {
    const all = this.#inOrder
    if (all.length === 0) return
    const at = all.findIndex(({ place }) => place === this.#activePlace)
    const next = at === -1 ? (step === 1 ? 0 : all.length - 1) : (at + step + all.length) % all.length
    this.#activePlace = all[next]?.place ?? null
  }

  #callOff(): void {
    clearTimeout(this.#timer)
    this.#leaving.abort()
    this.busy = false
  }

  async #search(text: string, after?: { before: number; hits: readonly SearchHit[] }): Promise<void> {
    this.#leaving = new AbortController()
    const { signal } = this.#leaving
    this.busy = true
    this.error = null
    try {
      const found = await this.#client.chats.search({ text, limit: hitsAtOnce, ...(after === undefined ? {} : { before: after.before }) }, { signal })
      if (signal.aborted) return
      this.#show(after === undefined ? found : { ...found, hits: [...after.hits, ...found.hits] }, text)
      if (after === undefined) this.#activePlace = this.#inOrder[0]?.place ?? null
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return
      this.error = readError(thrown)
    }
    this.busy = false
  }

  #show({ hits, next, bounded }: SearchResult, searched: string | null): void {
    this.hits = hits
    this.#next = next
    this.bounded = bounded
    this.searched = searched
  }
}

function groupByChat(hits: readonly SearchHit[]): HitGroup[] {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  const groups = new Map<string, { chat: SearchHit['chat']; hits: SearchHit[] }>()
  for (const hit of hits) {
    const group = groups.get(hit.chat.id)
    if (group === undefined) groups.set(hit.chat.id, { chat: hit.chat, hits: [hit] })
    else group.hits.push(hit)
  }
  return [...groups.values()]
}
