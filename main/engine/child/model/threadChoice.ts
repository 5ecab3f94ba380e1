/** Milliseconds of the same work with each number of threads; the least of several runs, since others can only make it slower. */
export type Timings = ReadonlyMap<number, number>

/** Fewer threads must be better by this much: a measurement on a busy machine is worth little. */
const clearlyBetter = 0.95

/**
 * Numbers of threads worth trying where `most` are planned (the cores that help with arithmetic, without efficiency cores where
 * the system tells them apart). Fewer are faster where memory is the limit, where two of them share a core, and where efficiency
 * cores were counted: all wait for the slowest after every operation.
 */
export function threadsToTry(most: number): number[] {
  return [...new Set([most, Math.ceil((most * 3) / 4), Math.ceil(most / 2)])]
}

/** The number of threads that was fastest; `most` unless another one was clearly faster. */
export function fastestThreads(timings: Timings, most: number): number {
  const limit = (timings.get(most) ?? Infinity) * clearlyBetter
  let best = most
  let least = limit
  for (const [threads, milliseconds] of timings) {
    if (milliseconds >= least) continue
    best = threads
    least = milliseconds
  }
  return best
}
