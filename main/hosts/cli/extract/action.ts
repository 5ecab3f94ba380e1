import { systemLocale } from '../../shared/language.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { checkModelOptions } from '../loadOptions.ts'
import type { Terminal } from '../terminal.ts'
import { extract, formatOf } from './extract.ts'
import type { ExtractOptions } from './program.ts'
import { readPile } from './readPile.ts'
import { withReading } from './withReading.ts'

/** `extract` on the data folder. */
export async function extractAction(inputs: readonly string[], options: ExtractOptions, host: HostContext, terminal: Terminal): Promise<void> {
  checkModelOptions(options, true)
  // A wrong choice is told before anything is loaded.
  formatOf(options)
  await withReading(options.template, options, host, terminal, async (reading) => {
    await extract(inputs, options, { run: readPile(reading), terminal, locale: systemLocale(process.env), folder: process.cwd(), signal: reading.signal })
  })
}
