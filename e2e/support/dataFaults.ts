import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'

/** A folder prepared so that writing fails; undo it when the test is over. */
export interface DataFault {
  readonly folder: string
  undo(): void
}

function mount(folder: string, options: string): DataFault | null {
  mkdirSync(folder, { recursive: true })
  if (process.platform !== 'linux' || spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'llava-desk-e2e', folder]).status !== 0) return null
  // Lazily: a program that is just ending may still hold a file.
  return { folder, undo: () => void spawnSync('umount', ['-l', folder]) }
}

/** A folder without write permission. Root may write anywhere, so for root it is a file system mounted read-only; null where that is not allowed. */
export function readOnlyFolder(folder: string): DataFault | null {
  if (process.getuid?.() === 0) return mount(folder, 'ro,size=1m')
  if (process.platform === 'win32') return null
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o555)
  return { folder, undo: () => chmodSync(folder, 0o755) }
}

/** A disk of so many kilobytes; null where the test may not mount one. */
export function tinyDisk(folder: string, kilobytes: number): DataFault | null {
  return mount(folder, `size=${kilobytes}k`)
}
