import type { RepositoryListing } from '../../../main/contract/domains/download.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { readRepository, type TypedRepository } from './readRepository.ts'

type ListedFile = RepositoryListing['files'][number]

/** A repository of the hub that a person names, what it holds, and which of its files are to be downloaded. */
export class RepositoryLookup {
  text = $state('')
  /** Whether the form is unfolded. */
  open = $state(false)
  listing = $state.raw<RepositoryListing | null>(null)
  error = $state.raw<AppError | null>(null)
  /** The text names no repository. */
  wrong = $state(false)
  looking = $state(false)
  /** Path of the chosen model file. */
  model = $state<string | null>(null)
  /** Path of the chosen projector; null for none. */
  projector = $state<string | null>(null)
  /** The one that was asked about last, for its page and a second try. */
  asked = $state.raw<TypedRepository | null>(null)
  readonly models = $derived(this.#files('model'))
  readonly projectors = $derived(this.#files('projector'))
  readonly bytes = $derived([...this.models, ...this.projectors].filter(({ path }) => path === this.model || path === this.projector).reduce((sum, { bytes }) => sum + bytes, 0))
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** Shows the form with this repository, looked into. */
  async show(repository: string): Promise<void> {
    this.open = true
    this.text = repository
    await this.look()
  }

  /** Asks what the repository holds. A later question drops the answer to an earlier one. */
  async look(): Promise<void> {
    const asked = readRepository(this.text)
    this.wrong = asked === null
    if (asked === null) return
    this.asked = asked
    this.listing = null
    this.error = null
    this.looking = true
    try {
      const listing = await this.#client.models.repository(asked)
      if (this.asked === asked) this.#take(listing)
    } catch (thrown) {
      if (this.asked === asked) this.error = readError(thrown)
    } finally {
      if (this.asked === asked) this.looking = false
    }
  }

  #take(listing: RepositoryListing): void {
    this.listing = listing
    this.model = suggestModel(this.models)
    this.projector = suggestProjector(this.projectors)
  }

  #files(role: ListedFile['role']): readonly ListedFile[] {
    return (this.listing?.files ?? []).filter((file) => file.role === role).toSorted((a, b) => a.bytes - b.bytes)
  }
}

/** Four bits suit most people; else the smallest. */
function suggestModel(files: readonly ListedFile[]): string | null {
  const likely = [/q4_k_m/i, /q4_k/i, /q4/i].map((name) => files.find(({ path }) => name.test(path)))
  return (likely.find((file) => file !== undefined) ?? files[0])?.path ?? null
}

/** A projector is small, and what it loses the model never sees: half precision first. */
function suggestProjector(files: readonly ListedFile[]): string | null {
  return (files.find(({ path }) => /f16/i.test(path)) ?? files.at(-1))?.path ?? null
}
