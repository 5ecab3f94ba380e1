/** WebAssembly as far as it is used here; the types of Node leave it out. A module says nothing about itself. */
export type WasmModule = object

export interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** By pages of 64 KiB. */
  grow(pages: number): number
}

interface WasmApi {
  compile(bytes: Uint8Array): Promise<WasmModule>
  instantiate(module: WasmModule, imports: unknown): Promise<unknown>
  readonly Memory: { readonly prototype: WasmMemory }
}

export const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WasmApi
