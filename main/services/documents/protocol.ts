import type { RgbPixels } from '../images/PixelFiles.ts'
import type { WasmModule } from './webAssembly.ts'

/** Where a PDF's bytes are. The thread reads them in pieces, as PDFium asks for them. */
export type PdfLocation =
  /** `size` and `modified` (milliseconds, as `stat` says) of the file that was opened; another one under the same name is refused. */
  | { readonly kind: 'path'; readonly path: string; readonly size: number; readonly modified: number }
  | { readonly kind: 'bytes'; readonly bytes: SharedArrayBuffer }

/** A document as the thread knows it: `key` is unique in this process. The thread opens it when it first meets the key. */
export interface PdfHandle {
  readonly key: number
  readonly location: PdfLocation
}

/** What can be asked for; pages count from 1. */
export interface PdfCalls {
  /** Its pages. */
  open: { input: { document: PdfHandle }; output: { pages: number } }
  /** The size of a page as it is drawn, in pixels, upright; and the words the file holds for it. */
  look: { input: { document: PdfHandle; page: number }; output: { width: number; height: number; text: string | null } }
  draw: { input: { document: PdfHandle; page: number }; output: RgbPixels }
  close: { input: { key: number }; output: { closed: true } }
}
export type PdfCall = keyof PdfCalls

export type PdfRequest = { [Call in PdfCall]: { readonly call: Call; readonly input: PdfCalls[Call]['input'] } }[PdfCall]

/**
 * `locked`: needs a password; `protected`: encrypted in an unknown way; `changed`: not the file that was opened;
 * `unreadable`: the system refuses to read it (`detail` is its code); `memory`: more is needed than is allowed; `damaged`: PDFium
 * finds nothing it can use, or gave up; `fonts`: letters of a page would stay blank for want of their fonts (`detail` names them).
 */
export type PdfFailure = 'locked' | 'protected' | 'changed' | 'unreadable' | 'memory' | 'damaged' | 'fonts'

/** The answer to the one request that is under way. `memory`: bytes that PDFium holds, used or not. */
export type PdfReply = ({ readonly ok: true; readonly value: PdfCalls[PdfCall]['output'] } | { readonly ok: false; readonly failure: PdfFailure; readonly detail: string; readonly ends: boolean }) & {
  readonly memory: number
}

/** What a thread starts with. */
export interface PdfThreadData {
  /** PDFium, compiled once for all threads. */
  readonly pdfium: WasmModule
  /** Bytes PDFium may hold at most. */
  readonly memoryLimit: number
  /** Where this computer has its fonts. */
  readonly fontFolders: readonly string[]
}
