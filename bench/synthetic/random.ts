/** Deterministic random numbers (xoshiro128**, Blackman and Vigna 2018); the same seed gives the same file on every machine. */
export class Random {
  readonly #state = new Uint32Array(4)
  #spare: number | null = null

  constructor(seed: number) {
    // splitmix32 spreads a small seed over the whole state.
    let x = seed | 0
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) | 0
      let z = x
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      this.#state[i] = z ^ (z >>> 15)
    }
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state
    const [a = 0, b = 0, c = 0, d = 0] = s
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const mixed = d ^ b
    s[2] = c ^ a ^ (b << 9)
    s[3] = (mixed << 11) | (mixed >>> 21)
    s[1] = b ^ (c ^ a)
    s[0] = a ^ mixed
    return result
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.bits() / 0x100000000
  }

  /** Whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    const angle = 2 * Math.PI * this.unit()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
