import { SvelteMap } from 'svelte/reactivity'
import type { Region } from '../../../main/contract/domains/extraction.ts'
import type { ImageRef } from '../../../main/contract/domains/image.ts'
import type { PicturePrint, SeenPicture } from '../../../main/contract/view.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Engine } from './Engine.svelte.ts'

/** What is known of stored pictures as the model in use sees them, and their parts. */
export class Pictures {
  readonly #client: Client
  readonly #engine: Pick<Engine, 'model'>
  readonly #prints = new SvelteMap<string, PicturePrint>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #asked = new Set<string>()
  /** How the model sees: what is known of a picture holds for models that see alike. The last one counts while none is loaded. */
  #sight = ''

  constructor(client: Client, engine: Pick<Engine, 'model'>) {
    this.#client = client
    this.#engine = engine
  }

  /** How large the print on a picture is for the model; null until it is known, which `look` asks for. */
  printOf(id: string): PicturePrint | null {
    return this.#prints.get(this.#key(id)) ?? null
  }

  /** Asks for what `printOf` tells. What cannot be told is asked for again the next time: it only warns. */
  async look(id: string): Promise<void> {
    const key = this.#key(id)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    try {
      this.#prints.set(key, await this.#client.images.print({ id }))
    } catch {
      this.#asked.delete(key)
    }
  }

  /** What the model sees. Rejects as the services do. */
  async seen(id: string, signal: AbortSignal): Promise<SeenPicture> {
    return await this.#client.images.seen({ id }, { signal })
  }

  /** A part of a picture as a picture of its own. Rejects as the services do. */
  async crop(id: string, region: Region): Promise<ImageRef> {
    return await this.#client.images.crop({ id, region })
  }

  #key(id: string): string {
    const { model } = this.#engine
    if (model !== null) this.#sight = `${model.imageSide ?? ''} ${model.tokensPerImage ?? ''}`
    return `${id} ${this.#sight}`
  }
}
