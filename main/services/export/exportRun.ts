import type { ExportOptions } from '../../contract/domains/extraction.ts'
import { unreachable } from '../../platform/unreachable.ts'
import { writeCsv } from './csv.ts'
import type { ExportFile, ExportInput } from './exportInput.ts'
import { fileName } from './fileName.ts'
import { writeJson, writeJsonLines } from './json/writeJson.ts'
import { buildTable } from './table.ts'
import { writeXlsx } from './xlsx/writeXlsx.ts'

/**
 * A run as a file. The same run and options always make the same bytes; so does a run that is made again at temperature 0 from the
 * same files, unless `details` asks for times. Throws `BAD_INPUT` for a locale that is none, `EXPORT_TOO_LARGE`.
 */
export function exportRun(input: ExportInput, options: ExportOptions): ExportFile {
  const name = fileName(input.run.name === '' ? input.run.template.title : input.run.name, options.format, 'export')
  return { bytes: bytesOf(input, options), name, mediaType: mediaTypes[options.format] }
}

const mediaTypes: Readonly<Record<ExportOptions['format'], string>> = {
  csv: 'text/csv;charset=utf-8;header=present', // RFC 4180 §3
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
  jsonl: 'application/jsonl',
}

function bytesOf(input: ExportInput, options: ExportOptions): Uint8Array {
  switch (options.format) {
    case 'csv':
      return new TextEncoder().encode(writeCsv(buildTable(input, options).records, options))
    case 'xlsx':
      return writeXlsx(input, options)
    case 'json':
      return new TextEncoder().encode(writeJson(input, options))
    case 'jsonl':
      return new TextEncoder().encode(writeJsonLines(input, options))
    default:
      return unreachable(options.format)
  }
}
