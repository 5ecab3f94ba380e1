import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { PdfLocation } from '../protocol.ts'
import { PdfError } from './PdfError.ts'

/** PDFium asks for a few hundred bytes at a time, mostly in order. */
const WINDOW = 256 * 1024

/** The bytes of a PDF, read where they are asked for. */
export interface FileBlocks {
  readonly size: number
  /** Fills `target` from `position`; false where the file does not hold that much. */
  read(position: number, target: Uint8Array): boolean
  /** Throws `changed` where the file is not the one that was opened any more. */
  check(): void
  close(): void
}

/** Throws `changed` and `unreadable`. */
export function openBlocks(location: PdfLocation): FileBlocks {
  if (location.kind === 'path') return pathBlocks(location)
  const bytes = new Uint8Array(location.bytes)
  return {
    size: bytes.byteLength,
    read(position, target) {
      if (position + target.byteLength > bytes.byteLength) return false
      target.set(bytes.subarray(position, position + target.byteLength))
      return true
    },
    check: () => undefined,
    close: () => undefined,
  }
}

function pathBlocks({ path, size, modified }: Extract<PdfLocation, { kind: 'path' }>): FileBlocks {
  const file = systemCall(() => openSync(path, 'r'))
  const window = Buffer.alloc(Math.min(WINDOW, Math.max(1, size)))
  let start = 0, held = 0
  const check = () => {
    const found = systemCall(() => fstatSync(file))
    if (found.size !== size || found.mtimeMs !== modified) throw new PdfError('changed')
  }
  /** At least one byte from `position`, or false. */
  const fill = (position: number): boolean => {
    if (position >= start && position < start + held) return true
    held = 0
    start = position
    held = readSync(file, window, 0, window.byteLength, position)
    return held > 0
  }
  const blocks: FileBlocks = {
    size,
    read(position, target) {
      for (let done = 0; done < target.byteLength; ) {
        if (!fill(position + done)) return false
        const from = position + done - start
        const piece = window.subarray(from, Math.min(held, from + target.byteLength - done))
        target.set(piece, done)
        done += piece.byteLength
      }
      return true
    },
    check,
    close: () => closeSync(file),
  }
  try {
    check()
  } catch (error) {
    closeSync(file)
    throw error
  }
  return blocks
}

function systemCall<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new PdfError('unreadable', error instanceof Error && 'code' in error ? String(error.code) : String(error))
  }
}
