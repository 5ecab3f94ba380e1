import { Command, Option } from 'commander'
import { chatExportFormats, type ChatExportFormat } from '../../../contract/domains/transfer.ts'

interface Common {
  readonly json?: true
  readonly verbose?: true
}

export interface ExportOptions extends Common {
  readonly format: ChatExportFormat
  /** A file, or a folder in which it gets a name; absent: the current folder. */
  readonly output?: string
  readonly all?: true
  readonly originals?: true
}

export interface ImportOptions extends Common {
  readonly copies?: true
  readonly dryRun?: true
}

/** What the `chats` commands do. */
export interface ChatActions {
  readonly list: (options: Common) => Promise<void>
  readonly export: (chats: readonly string[], options: ExportOptions) => Promise<void>
  readonly import: (file: string, options: ImportOptions) => Promise<void>
}

const help = `
A chat is named by its id in "chats list", or by its title where only one has it. Only an export as JSON (a ZIP file) can be
imported again; it comes in whole or not at all. An app that runs on the same folder shows what was imported.`

/** The `chats` commands. */
export function chatsCommand(actions: ChatActions): Command {
  const chats = new Command('chats').description('list, export and import chats').addHelpText('after', help)
  const add = (usage: string, text: string): Command => chats.command(usage).description(text).option('--json', 'print JSON').option('--verbose', 'show where an error came from')
  add('list', 'list the chats').action(actions.list)
  add('export', 'write chats with their pictures to a file')
    .argument('[chat...]', 'which chats')
    .option('--all', 'all chats')
    .addOption(new Option('--format <format>', 'json can be imported again; html and markdown are for reading').choices(chatExportFormats).default('json'))
    .option('-o, --output <path>', 'file, or folder in which it gets a name; default: the current folder')
    .option('--originals', 'leave in the pictures what cameras note in them: place, time, device')
    .action(actions.export)
  add('import', 'bring in the chats of an export')
    .argument('<file>')
    .option('--copies', 'bring in chats that are here already once more')
    .option('--dry-run', 'only say what would come in')
    .action(actions.import)
  return chats
}
