import type { Box } from './boxes.ts'

/** Pixels that hang together, corners included. */
export interface Component extends Box {
  /** Pixels of ink. */
  readonly area: number
}

/** All components of a mask (1: ink), in no order. Runs of each row are joined to those they touch in the row above. */
export function components(mask: Uint8Array, width: number, height: number): Component[] {
  const found = new Forest()
  let above: Run[] = []
  for (let y = 0; y < height; y++) {
    const runs: Run[] = []
    let next = 0
    for (const { from, to } of runsOf(mask, y * width, width)) {
      const label = found.add({ left: from, top: y, right: to, bottom: y + 1, area: to - from })
      runs.push({ from, to, label })
      while (next < above.length && (above[next]?.to ?? 0) < from) next++
      // The last run that touches this one may touch the next one, too.
      for (let i = next; i < above.length; i++) {
        const run = above[i]
        if (run === undefined || run.from > to) break
        found.join(run.label, label)
      }
    }
    above = runs
  }
  return found.roots()
}

interface Run {
  readonly from: number
  readonly to: number
  readonly label: number
}

function* runsOf(mask: Uint8Array, start: number, width: number): Generator<{ from: number; to: number }> {
  const end = start + width
  let at = mask.indexOf(1, start)
  while (at !== -1 && at < end) {
    let to = at + 1
    while (to < end && mask[to] === 1) to++
    yield { from: at - start, to: to - start }
    at = mask.indexOf(1, to)
  }
}

type Grown = { -readonly [K in keyof Component]: Component[K] }

/** Disjoint sets, each with the box of what is in it. */
class Forest {
  readonly #parents: number[] = []
  readonly #grown: Grown[] = []

  add(component: Grown): number {
    this.#grown.push(component)
    return this.#parents.push(this.#parents.length) - 1
  }

  join(one: number, other: number): void {
    const [a, b] = [this.#root(one), this.#root(other)]
    if (a === b) return
    const [kept, gone] = a < b ? [a, b] : [b, a]
    this.#parents[gone] = kept
    const [into, from] = [this.#grown[kept], this.#grown[gone]]
    if (into === undefined || from === undefined) return
    into.left = Math.min(into.left, from.left)
    into.top = Math.min(into.top, from.top)
    into.right = Math.max(into.right, from.right)
    into.bottom = Math.max(into.bottom, from.bottom)
    into.area += from.area
  }

  roots(): Component[] {
    return this.#grown.filter((_, label) => this.#parents[label] === label)
  }

  #root(label: number): number {
    let at = label
    for (;;) {
      const parent = this.#parents[at] ?? at
      if (parent === at) return at
      // Halves the way for whoever comes next.
      this.#parents[at] = this.#parents[parent] ?? parent
      at = parent
    }
  }
}
