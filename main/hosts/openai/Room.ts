import { ApiError } from '../../services/completions/ApiError.ts'

/** Requests that are read, wait or are answered at one time. */
export const MOST_REQUESTS = 32
/** Bytes of the bodies of all of them together. */
const MOST_BYTES = 256 * 1024 * 1024

/** How much one request may hold of what all share. */
export interface Room {
  /** Throws `ApiError` 429. */
  take(bytes: number): void
}

/** What all requests to the server share, so that many of them cannot take all memory. */
export class Rooms {
  #requests = 0
  #bytes = 0

  /** Runs `work` with room for a request; what it takes is free again afterwards. Rejects `ApiError` 429 where too many are here. */
  async with<T>(work: (room: Room) => Promise<T>): Promise<T> {
    if (this.#requests >= MOST_REQUESTS) throw busy()
    this.#requests++
    let own = 0
    try {
      return await work({
        take: (bytes) => {
          if (this.#bytes + bytes > MOST_BYTES) throw busy()
          this.#bytes += bytes
          own += bytes
        },
      })
    } finally {
      this.#requests--
      this.#bytes -= own
    }
  }
}

const busy = (): ApiError => new ApiError(429, 'Too many requests are waiting. Try again when some of them are answered.', { code: 'rate_limit_exceeded' })
