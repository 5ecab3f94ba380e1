import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { backends } from '../../contract/domains/model.ts'
import type { Logger } from '../../platform/log.ts'
import { atomicWrite } from '../../platform/atomicWrite.ts'

/** What one backend turned out to be: its device, or why it does not serve. */
export const finding = z.union([z.object({ device: z.string() }), z.object({ reason: z.string() })])
export type Finding = z.infer<typeof finding>
export type Findings = Partial<Record<(typeof backends)[number], Finding>>

/** Keeps what the backends of this machine turned out to be. Neither call throws: at worst a backend is tried once more. */
export interface BackendMemory {
  recall(): Findings
  remember(findings: Findings): void
}

/** For a host that keeps nothing, and for tests. */
export const noMemory: BackendMemory = { recall: () => ({}), remember: () => undefined }

const stored = z.object({ machine: z.string(), findings: z.partialRecord(z.enum(backends), finding) })

/** Findings in a JSON file, good as long as `machine` (see `machineKey`) stays the same. */
export function backendMemory(path: string, machine: string, logger: Logger): BackendMemory {
  return {
    recall: () => {
      try {
        const kept = stored.parse(JSON.parse(readFileSync(path, 'utf8')))
        return kept.machine === machine ? kept.findings : {}
      } catch {
        return {} // None yet, or nothing we wrote: the backends are tried again and the file is replaced.
      }
    },
    remember: (findings) => {
      atomicWrite(path, JSON.stringify({ machine, findings })).catch((error: unknown) => logger.warn('What the backends are could not be kept', { error }))
    },
  }
}

/** Files that change with a graphics driver, by system. */
const driverFiles: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/proc/driver/nvidia/version', '/sys/module/nvidia/version', '/sys/module/amdgpu/srcversion', '/sys/module/i915/srcversion', '/sys/module/xe/srcversion',
    '/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/dev/dri', '/dev/dxg',
  ],
  win32: ['nvcuda.dll', 'vulkan-1.dll', 'amdvlk64.dll', 'igvk64.dll', 'nvoglv64.dll'].map((name) => join(process.env['SYSTEMROOT'] ?? 'C:\\Windows', 'System32', name)),
  // macOS brings its drivers with the system, whose release is part of the key anyway.
  darwin: [],
}

/**
 * A key that changes when the system, a graphics driver, the app or one of its libraries does.
 * `builds`: files of ours whose change asks for another look.
 */
export function machineKey(version: string, builds: readonly string[], files = driverFiles[process.platform] ?? []): string {
  const parts = [version, process.platform, process.arch, release(), ...[...builds, ...files].map((path) => `${path}=${traceOf(path)}`)]
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

/** What is seen of a file without opening large ones: a short text itself, a folder's names, else size and time. */
function traceOf(path: string): string {
  try {
    const found = statSync(path)
    if (found.isDirectory()) return readdirSync(path).sort().join()
    // Files of /proc and /sys have no size and always the time of now.
    return found.size === 0 || path.startsWith('/sys/') || path.startsWith('/proc/') ? readFileSync(path, 'utf8').slice(0, 1000) : `${found.size} ${found.mtimeMs}`
  } catch {
    return 'absent'
  }
}
