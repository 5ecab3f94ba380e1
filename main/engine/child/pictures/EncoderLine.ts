import { isAborted } from '../engineError.ts'

/** A picture in the line. */
interface Place {
  readonly isBatch: () => boolean
  begin: () => void
  /** Whether it was told to give way. */
  isOver: boolean
  /** How often it has given way. */
  gaveWay: number
  /** Whether it has given way often, or waited long enough: it is not interrupted any more. */
  isFirm: boolean
}

/** How often a batch's picture is begun anew. Each time costs what was done of it, and a question meanwhile waits for one that is firm. */
const mostTries = 8
/** How many decode steps of chats a batch's picture waits for, before one is encoded all the same. */
const patience = 256

/**
 * Pictures are encoded one after the other, those that chats want first. Encoder and decoder share the machine's cores, so while
 * chats are being evaluated the line is held for batches: none of their pictures is begun, and one that is under way is aborted
 * and encoded later. Each gives way a few times, and one goes ahead after many steps, so that a batch is not held up for ever.
 */
export class EncoderLine {
  readonly #abort: () => void
  readonly #waiting: Place[] = []
  #current: Place | null = null
  #isHeld = false
  #heldSteps = 0

  /** `abort`: ends the encoder's call in flight. */
  constructor(abort: () => void) {
    this.#abort = abort
  }

  /**
   * Runs `encode` when it is its turn, and again if it was aborted to give way. `isBatch`: whether nobody but a batch wants the
   * picture. `isOver`: whether it was told to give way; a call that begins after that would miss the abort.
   */
  async take<T>(isBatch: () => boolean, encode: (isOver: () => boolean) => Promise<T>): Promise<T> {
    const place: Place = { isBatch, begin: () => undefined, isOver: false, gaveWay: 0, isFirm: false }
    for (;;) {
      await this.#turnOf(place)
      try {
        return await encode(() => place.isOver)
      } catch (error) {
        if (!place.isOver || !isAborted(error)) throw error
      } finally {
        this.#current = null
        this.review()
      }
    }
  }

  /** Told before each decode step whether chats are being evaluated. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#heldSteps = isHeld && this.#waiting.length > 0 ? this.#heldSteps + 1 : 0
    this.review()
  }

  /** Looks whose turn it is, after the line has changed or a chat wants a picture in it. */
  review(): void {
    if (this.#current !== null) this.#interrupt(this.#current)
    else this.#next()?.begin()
  }

  async #turnOf(place: Place): Promise<void> {
    await new Promise<void>((resolve) => {
      place.begin = () => {
        this.#waiting.splice(this.#waiting.indexOf(place), 1)
        this.#current = place
        place.isOver = false
        resolve()
      }
      if (place.isOver) this.#waiting.unshift(place)
      else this.#waiting.push(place)
      this.review()
    })
  }

  #next(): Place | undefined {
    const chat = this.#waiting.find(({ isBatch }) => !isBatch())
    if (chat !== undefined || !this.#isHeld) return chat ?? this.#waiting[0]
    const [first] = this.#waiting
    if (first === undefined || this.#heldSteps < patience) return undefined
    this.#heldSteps = 0
    first.isFirm = true
    return first
  }

  #interrupt(current: Place): void {
    const isWanted = this.#isHeld || this.#waiting.some(({ isBatch }) => !isBatch())
    if (!isWanted || current.isOver || current.isFirm || !current.isBatch()) return
    current.gaveWay++
    current.isFirm = current.gaveWay >= mostTries
    current.isOver = true
    this.#abort()
  }
}
