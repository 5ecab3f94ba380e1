type Cleanup = () => void | Promise<void>

/**
 * Owns things that must be undone: register each on the line that creates it. `dispose` undoes them in reverse order,
 * goes on past a failure, and throws the first one at the end. Registering something after `dispose` is a mistake and throws.
 */
export class Scope {
  #cleanups: Cleanup[] = []
  #disposed: Promise<void> | null = null

  /** Runs `cleanup` when the scope ends. */
  defer(cleanup: Cleanup): void {
    if (this.#disposed !== null) throw new Error('This scope has already ended')
    this.#cleanups.push(cleanup)
  }

  /** Takes a thing over and returns it. */
  own<T extends { dispose(): void | Promise<void> }>(thing: T): T {
    this.defer(() => thing.dispose())
    return thing
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#run()
    return this.#disposed
  }

  async #run(): Promise<void> {
    const failures: unknown[] = []
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup()
      } catch (error) {
        failures.push(error)
      }
    }
    this.#cleanups = []
    if (failures.length > 0) throw failures[0]
  }
}
