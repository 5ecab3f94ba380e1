import { init } from '@embedpdf/pdfium'
import type { WrappedPdfiumModule } from '@embedpdf/pdfium'
import { limitWasmMemory } from '../../../platform/limitWasmMemory.ts'
import type { MemoryLimit } from '../../../platform/limitWasmMemory.ts'
import type { PdfThreadData } from '../protocol.ts'
import { offerFonts } from './fonts/offerFonts.ts'
import { webAssembly } from '../webAssembly.ts'
import type { WasmMemory, WasmModule } from '../webAssembly.ts'

/** What of the module's inside the package's types leave out (they build on Emscripten's, which are not installed). */
interface Inside {
  readonly wasmExports: { readonly memory: WasmMemory; malloc(size: number): number; free(address: number): void }
  /** Makes a function callable for PDFium; `signature` has a letter for the result and one per parameter (i: 32-bit integer). */
  addFunction(work: (...values: number[]) => number, signature: string): number
  removeFunction(pointer: number): void
}

/** PDFium in this thread, and its memory. Addresses are byte offsets into it. */
export class Pdfium {
  readonly api: WrappedPdfiumModule
  readonly inside: Inside
  readonly #limit: MemoryLimit

  private constructor(api: WrappedPdfiumModule, limit: MemoryLimit) {
    this.api = api
    this.inside = api.pdfium as unknown as Inside
    this.#limit = limit
  }

  static async start({ pdfium, memoryLimit, fontFolders }: PdfThreadData): Promise<Pdfium> {
    const limit = limitWasmMemory(memoryLimit)
    const overrides = {
      // Compiled already, so that a thread that replaces a hung one is there at once.
      instantiateWasm: (imports: unknown, done: (instance: unknown, module: WasmModule) => void) => {
        void webAssembly.instantiate(pdfium, imports).then((instance) => done(instance, pdfium))
        return {}
      },
      // It reports every failed allocation; the error that follows says enough.
      print: () => undefined,
      printErr: () => undefined,
    }
    const api = await init(overrides)
    api.FPDF_InitLibrary()
    const started = new Pdfium(api, limit)
    offerFonts(started, fontFolders)
    return started
  }

  /** Whether PDFium was refused memory since this was asked last. */
  takeRefusal(): boolean {
    const { refused } = this.#limit
    this.#limit.refused = false
    return refused
  }

  /** Bytes held. */
  get memory(): number {
    return this.inside.wasmExports.memory.buffer.byteLength
  }

  /** A view of the memory; stale as soon as PDFium runs again, since the memory may move when it grows. */
  view(address: number, bytes: number): Uint8Array {
    return new Uint8Array(this.inside.wasmExports.memory.buffer, address, bytes)
  }

  /** Runs `work` with memory that is free again afterwards, all zero at first. */
  borrow<T>(bytes: number, work: (address: number) => T): T {
    const address = this.inside.wasmExports.malloc(bytes)
    if (address === 0) throw new Error(`no ${bytes} bytes of memory left`)
    try {
      this.view(address, bytes).fill(0)
      return work(address)
    } finally {
      this.inside.wasmExports.free(address)
    }
  }
}
