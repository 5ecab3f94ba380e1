import { Command, Option } from 'commander'
import { exportFormats, type ExportOptions } from '../../../contract/domains/extraction.ts'

export interface ExtractOptions {
  /** The name of a template, or a file: a template's, or the export of a run. */
  readonly template: string
  readonly mode?: 'whole' | 'fields'
  readonly format?: ExportOptions['format']
  readonly out?: string
  readonly resume?: true
  readonly json?: true
  readonly model?: string
  readonly mmproj?: string
  readonly verbose?: true
}

const help = `
Inputs are files, folders with all that is below them, and patterns ("scans/**/*.pdf"; quote them where the shell expands them).
Without --out the table goes to stdout. The failures go to stderr, a line for each; the table holds all the others.`

/** The `extract` command. */
export function extractCommand(action: (inputs: readonly string[], options: ExtractOptions) => Promise<void>): Command {
  return new Command('extract')
    .description('read documents with a template, and write a table of what they say')
    .argument('<input...>', 'files, folders and patterns')
    .requiredOption('--template <name|file>', 'what to read: the name of a template, a template file, or a JSON or JSONL export, whose run is repeated')
    .addOption(new Option('--mode <mode>', "one answer for the whole record, or one for each field; default: the template's").choices(['whole', 'fields']))
    .addOption(new Option('--format <format>', "form of the table; default: by the ending of --out, else csv").choices(exportFormats))
    .option('--out <file>', 'file to write the table to, whole or not at all')
    .option('--resume', 'go on with the run of these inputs that was interrupted, and add what has come into them since')
    .option('--json', 'print one JSON object with counts and failures; needs --out')
    .option('--model <name|file>', 'a model of "models list", or a language model file (.gguf); default: the one in use, else the demo model')
    .option('--mmproj <file>', 'projector of that model (.gguf)')
    .option('--verbose', 'log to stderr, and show where an error came from')
    .addHelpText('after', help)
    .action(action)
}
