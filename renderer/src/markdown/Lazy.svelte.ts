/** A part of the page that is fetched when it is first needed. Reading `value` in a template follows its arrival. */
export class Lazy<T> {
  value = $state.raw<T | null>(null)
  readonly #load: () => Promise<T>
  #loading = false

  constructor(load: () => Promise<T>) {
    this.#load = load
  }

  /**
   * Asks for it. A part that does not come is asked for again the next time; until then what needs it shows its plain form, and the
   * browser tells why in its console.
   */
  want(): void {
    if (this.value !== null || this.#loading) return
    this.#loading = true
    void this.#load()
      .then((value) => (this.value = value))
      .finally(() => (this.#loading = false))
  }
}

export const lazyMath = new Lazy(async () => (await import('./tex.ts')).texToMathml)
export const lazyHighlight = new Lazy(async () => (await import('./highlight.ts')).highlight)
