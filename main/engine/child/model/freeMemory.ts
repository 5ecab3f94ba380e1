import { execFileSync } from 'node:child_process'
import { freemem } from 'node:os'

/** What this process may still take: the machine's free memory, or what is left of a limit set for the process (a container's). */
export function freeMemory(): number {
  return Math.min(process.platform === 'darwin' ? freeOnMac() : freemem(), process.availableMemory())
}

/** macOS fills its memory with files it has read and calls only the rest free; what it would give up at once counts here, as elsewhere. */
function freeOnMac(): number {
  try {
    return parseVmStat(execFileSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: 2000 })) ?? freemem()
  } catch {
    return freemem() // The careful figure.
  }
}

/** Bytes that are free, inactive, read ahead or purgeable, by the output of macOS's `vm_stat`; null where it is another program's. */
export function parseVmStat(text: string): number | null {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1])
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((kind) => Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)`, 'm').exec(text)?.[1]))
  const bytes = pages.reduce((sum, count) => sum + count, 0) * page
  return Number.isFinite(bytes) ? bytes : null
}
