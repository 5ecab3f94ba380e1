import factory from 'libheif-js/libheif-wasm/libheif.js'

type Call = (...values: number[]) => number

/** What is used of the module's inside; the package's own types leave most of libheif's interface as numbers. */
interface Inside {
  readonly HEAPU8: Uint8Array<ArrayBuffer>
  readonly HEAPU32: Uint32Array
  readonly [name: `_${string}`]: Call
}

/** libheif in this thread. Addresses are byte offsets into its memory, which may move whenever libheif runs. */
export class Libheif {
  readonly #inside: Inside

  constructor(wasm: Uint8Array) {
    const options = { wasmBinary: wasm, print: () => undefined, printErr: () => undefined }
    this.#inside = (factory as unknown as (options: object) => Inside)(options)
  }

  /** Calls a function of libheif by its name in C. */
  call(name: string, ...values: number[]): number {
    const work = this.#inside[`_${name}`]
    if (work === undefined) throw new Error(`libheif has no ${name}`)
    return work(...values)
  }

  /** Memory of libheif's, all zero. */
  allocate(bytes: number): number {
    const address = this.call('malloc', bytes)
    if (address === 0) throw new Error(`no ${bytes} bytes of memory left`)
    this.#inside.HEAPU8.fill(0, address, address + bytes)
    return address
  }

  write(bytes: Uint8Array): number {
    const address = this.allocate(Math.max(1, bytes.byteLength))
    this.#inside.HEAPU8.set(bytes, address)
    return address
  }

  /** A view that is stale as soon as libheif runs again. */
  view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return this.#inside.HEAPU8.subarray(address, address + bytes)
  }

  number(address: number): number {
    return this.#inside.HEAPU32[address >> 2] ?? 0
  }

  text(address: number): string {
    const { HEAPU8 } = this.#inside
    return new TextDecoder().decode(HEAPU8.subarray(address, HEAPU8.indexOf(0, address)))
  }
}
