/**
 * Requests that wait, first come first served within a conversation, conversations in turn: the one served last goes to the end.
 */
export class FairQueue<T extends { readonly conversation: string }> {
  /** In turn order; a conversation without a waiting request is not in it. */
  readonly #waiting = new Map<string, T[]>()
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    const line = this.#waiting.get(item.conversation)
    if (line === undefined) this.#waiting.set(item.conversation, [item])
    else line.push(item)
    this.#length++
  }

  /** Puts a request that was taken out back to the front of everything. */
  putBack(item: T): void {
    const others = [...this.#waiting].filter(([conversation]) => conversation !== item.conversation)
    const line = [item, ...(this.#waiting.get(item.conversation) ?? [])]
    this.#waiting.clear()
    for (const [conversation, waiting] of [[item.conversation, line] as const, ...others]) this.#waiting.set(conversation, waiting)
    this.#length++
  }

  /** The first request of every conversation, of those that may be served, in the order in which it is their turn. */
  heads(mayBeServed: (item: T) => boolean = () => true): T[] {
    return [...this.#waiting.values()].flatMap((line) => line.filter(mayBeServed).slice(0, 1))
  }

  /** Takes a request out to be served; its conversation goes to the end. */
  take(item: T): void {
    const line = this.#waiting.get(item.conversation)
    if (!this.remove(item) || line === undefined || line.length === 0) return
    this.#waiting.delete(item.conversation)
    this.#waiting.set(item.conversation, line)
  }

  /** Takes a request out that will not be served. False where it is not waiting. */
  remove(item: T): boolean {
    const line = this.#waiting.get(item.conversation)
    const index = line?.indexOf(item) ?? -1
    if (line === undefined || index < 0) return false
    line.splice(index, 1)
    if (line.length === 0) this.#waiting.delete(item.conversation)
    this.#length--
    return true
  }

  all(): T[] {
    return [...this.#waiting.values()].flat()
  }
}
