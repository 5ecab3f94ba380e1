import { readFile } from 'node:fs/promises'
import type { MemoryUse } from '../../protocol.ts'
import type { NativeBinding, NativeDevice } from '../../native/binding.d.ts'
import { freeMemory } from './freeMemory.ts'
import type { LoadedModel } from './LoadedModel.ts'

/** What the process takes now; `model` null: none is loaded. */
export async function memoryUse(binding: NativeBinding | null, model: LoadedModel | null): Promise<MemoryUse> {
  return {
    resident: process.memoryUsage.rss(),
    fileBacked: await fileBacked(),
    context: model === null ? null : await model.contextMemory(),
    embeddings: model?.embeddingBytes ?? 0,
    devices: (binding?.systemInfo().devices ?? []).map(deviceOf),
  }
}

function deviceOf({ name, description, type, totalBytes, freeBytes }: NativeDevice): MemoryUse['devices'][number] {
  return { name, description, type, totalBytes, freeBytes: type === 'cpu' ? freeMemory() : freeBytes }
}

/** Resident pages that are backed by files: libraries, mapped weights. Null where the system does not say. */
async function fileBacked(): Promise<number | null> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const kilobytes = /^RssFile:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? null : Number(kilobytes) * 1024
}
