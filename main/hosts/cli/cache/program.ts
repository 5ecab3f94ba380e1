import { Command } from 'commander'
import { byteLimit } from '../values.ts'

interface Common {
  readonly json?: true
  readonly verbose?: true
}

/** What the `cache` commands do. */
export interface CacheActions {
  readonly usage: (options: Common) => Promise<void>
  readonly clear: (options: Common) => Promise<void>
  /** @param bytes 0: nothing is kept. */
  readonly limit: (bytes: number, options: Common) => Promise<void>
}

const help = `
Kept on this computer only, so that a chat you open again, or a picture you asked about before, is answered sooner.
Deleting it loses no chat and no picture. "cache" alone is "cache usage".`

/** The `cache` commands. */
export function cacheCommand(actions: CacheActions): Command {
  const cache = new Command('cache').description('what is kept on disk to answer sooner').addHelpText('after', help)
  const add = (usage: string, text: string, isDefault = false): Command => cache.command(usage, { isDefault }).description(text).option('--json', 'print JSON').option('--verbose', 'show where an error came from')
  add('usage', 'say how much is kept, and how much may be', true).action(actions.usage)
  add('clear', 'delete what is kept').action(actions.clear)
  add('limit', 'set how much may be kept; what no longer fits is deleted, what was used longest ago first')
    .argument('<size>', 'such as 500MB or 4GB; "off" keeps nothing', byteLimit)
    .action(actions.limit)
  return cache
}
