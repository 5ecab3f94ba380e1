import type { CacheUsage } from '../../../contract/domains/cache.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { CacheService } from '../../../services/cache/CacheService.ts'
import { dataFolder } from '../../shared/dataFolder.ts'
import { size, table } from '../models/table.ts'
import { jsonText, type Terminal } from '../terminal.ts'
import type { CacheActions } from './program.ts'
import { wordsOf } from './words.ts'

/** The `cache` commands over the data folder. An app that runs on the same folder sees what changes. */
export function cacheActions(terminal: Terminal): CacheActions {
  const cache = new CacheService(dataPaths(dataFolder(process.env)).engineCache)
  const tell = (usage: CacheUsage, { json }: { readonly json?: true }, text: string) => terminal.out(json === true ? jsonText(usage) : text)
  return {
    usage: async (options) => {
      const usage = await cache.usage()
      tell(usage, options, describe(usage, terminal))
    },
    clear: async (options) => {
      const before = await cache.usage()
      const usage = await cache.clear()
      tell(usage, options, `${wordsOf(terminal.language).cleared(bytes(Math.max(0, before.bytes - usage.bytes)))}\n`)
    },
    limit: async (limit, options) => {
      const usage = await cache.setLimit(limit)
      tell(usage, options, describe(usage, terminal))
    },
  }
}

function describe({ bytes: used, pictures, chats, limit, freeBytes }: CacheUsage, { language }: Terminal): string {
  const words = wordsOf(language)
  const title = limit === 0 && used === 0 ? words.off : words.used(bytes(used), bytes(limit))
  const rows = ([[words.pictures, pictures], [words.chats, chats]] as const).map(([name, kept]) => [`  ${name}`, String(kept.count), bytes(kept.bytes)])
  const free = freeBytes === null ? '' : `${words.free(bytes(freeBytes))}\n`
  return `${title}\n${used === 0 ? '' : table(rows)}${free}`
}

/** In the units the limit is given in. */
function bytes(count: number): string {
  return size(count, 1024)
}
