import { copyFileSync, truncateSync, writeFileSync, statSync } from 'node:fs'
import { writeGguf } from '../gguf/write.ts'

/** A copy of a GGUF file that ends after `share` (0..1) of its bytes, as after an interrupted download. */
export function writeTruncated(path: string, source: string, share: number): void {
  copyFileSync(source, path)
  truncateSync(path, Math.floor(statSync(source).size * share))
}

/** A text file under any name. */
export function writeNoGguf(path: string): void {
  writeFileSync(path, 'This is no model.\n')
}

/** A valid GGUF file that holds no model: an architecture that does not exist, no tensors. */
export function writeNoModel(path: string): void {
  writeGguf(path, { 'general.architecture': { type: 'string', value: 'nothing' } }, [])
}
