import type { MemoryPlace } from '../../../main/contract/domains/library.ts'
import type { ModelFiles } from '../../../main/contract/domains/model.ts'
import type { Client } from '../transport/Connection.svelte.ts'

/** The memory this machine has, to tell roughly what would fit before it is downloaded. Learnt from the plan of any model. */
export class Machine {
  /** Empty until it is known; without it nothing is told. */
  places = $state.raw<readonly MemoryPlace[]>([])
  readonly #client: Client
  #asking = false

  constructor(client: Client) {
    this.#client = client
  }

  async learn(files: ModelFiles): Promise<void> {
    if (this.places.length > 0 || this.#asking) return
    this.#asking = true
    try {
      const { places } = await this.#client.models.plan({ files, choices: {} })
      this.places = places
    } catch {
      // The files of this model cannot be planned; another one will tell. Nothing depends on it.
    } finally {
      this.#asking = false
    }
  }
}
