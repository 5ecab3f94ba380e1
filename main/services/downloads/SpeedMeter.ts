/** Speed is what came over this many milliseconds: long enough to be calm, short enough to notice a change. */
const WINDOW = 5000
/** Nothing new is noted within this many milliseconds of the last note, which keeps the list short. */
const GRAIN = 100

/** How fast bytes come, from how many are there at which time. */
export class SpeedMeter {
  readonly #now: () => number
  #notes: { readonly time: number; readonly bytes: number }[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  note(bytes: number): void {
    const time = this.#now()
    const last = this.#notes.at(-1)
    // Fewer than before: an unfinished piece was lost, or the file began anew. What was measured says nothing then.
    if (last !== undefined && bytes < last.bytes) this.#notes = []
    else if (last !== undefined && time - last.time < GRAIN) return
    this.#notes.push({ time, bytes })
    this.#forget(time)
  }

  /** Bytes per second over the last seconds; null while nothing flows. */
  get bytesPerSecond(): number | null {
    const time = this.#now()
    this.#forget(time)
    const [first, last] = [this.#notes[0], this.#notes.at(-1)]
    if (first === undefined || last === undefined || last.bytes === first.bytes || time === first.time) return null
    return ((last.bytes - first.bytes) * 1000) / (time - first.time)
  }

  #forget(time: number): void {
    this.#notes = this.#notes.filter((note) => time - note.time <= WINDOW)
  }
}
