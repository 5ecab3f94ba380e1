/** WebAssembly's memory as far as it is used here; the types of Node leave it out. */
interface GrowingMemory {
  readonly buffer: ArrayBuffer
  /** By pages of 64 KiB. */
  grow(pages: number): number
}

export interface MemoryLimit {
  /** Memory beyond the limit was asked for. */
  refused: boolean
}

/**
 * Lets WebAssembly memory of this thread grow up to `limit` bytes: for a thread that runs one library alone, whose memory names a
 * limit of gigabytes and offers no setting for less. `resourceLimits` of a thread count JavaScript's heap alone.
 */
export function limitWasmMemory(limit: number): MemoryLimit {
  const state: MemoryLimit = { refused: false }
  const { prototype } = (Reflect.get(globalThis, 'WebAssembly') as { readonly Memory: { readonly prototype: GrowingMemory } }).Memory
  const grow: (this: GrowingMemory, pages: number) => number = Reflect.get(prototype, 'grow')
  prototype.grow = function (this: GrowingMemory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > limit) {
      state.refused = true
      throw new RangeError('the limit of memory is reached')
    }
    return grow.call(this, pages)
  }
  return state
}
