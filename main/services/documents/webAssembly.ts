/** WebAssembly as far as it is used here; the types of Node leave it out. */
export type WasmModule = Readonly<Record<never, never>>

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
