import { SvelteMap } from 'svelte/reactivity'
import type { CatalogueModel, CatalogueVariant } from '../../../main/contract/domains/catalogue.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'

/** The models that can be had with one press, and which variant of each is chosen. */
export class Catalogue {
  /** Null until it is known. */
  list = $state.raw<readonly CatalogueModel[] | null>(null)
  error = $state.raw<AppError | null>(null)
  readonly #client: Client
  readonly #chosen = new SvelteMap<string, string>()
  #loading = false

  constructor(client: Client) {
    this.#client = client
  }

  /** Fetches the catalogue; it does not change while the program runs. */
  async load(): Promise<void> {
    if (this.list !== null || this.#loading) return
    this.#loading = true
    this.error = null
    try {
      this.list = await this.#client.models.catalogue()
    } catch (thrown) {
      const error = readError(thrown)
      if (error.code !== 'CONNECTION_LOST') this.error = error
    } finally {
      this.#loading = false
    }
  }

  /** The variant to download: the one chosen here, else the recommended one. */
  variantOf(model: CatalogueModel): CatalogueVariant | undefined {
    const wanted = this.#chosen.get(model.id) ?? model.recommended
    return model.variants.find(({ id }) => id === wanted) ?? model.variants[0]
  }

  choose(model: CatalogueModel, variant: string): void {
    this.#chosen.set(model.id, variant)
  }
}
