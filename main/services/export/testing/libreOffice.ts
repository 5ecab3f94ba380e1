import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** LibreOffice on the PATH; null where there is none. */
export function findLibreOffice(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, process.platform === 'win32' ? 'soffice.exe' : 'soffice')).find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A cell as LibreOffice took it. */
export interface OpenedCell {
  /** `office:value-type`: string, float, currency, percentage, date, boolean; null: empty. */
  readonly type: string | null
  readonly formula: string | null
  /** The value of a number, day or logical value; else the text. */
  readonly value: string
}

/**
 * Opens a file as a person would and gives the cells of its sheets, row by row, by the sheets' names.
 * @param filter The import filter with its options, for a CSV file.
 */
export async function openInLibreOffice(program: string, folder: string, name: string, bytes: Uint8Array, filter: string | null): Promise<Record<string, OpenedCell[][]>> {
  await writeFile(join(folder, name), bytes)
  // A profile of its own: one that is in use answers from that window, and does nothing here.
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`
  await promisify(execFile)(program, [profile, '--headless', '--norestore', ...(filter === null ? [] : [`--infilter=${filter}`]), '--convert-to', 'fods', '--outdir', folder, join(folder, name)])
  const xml = await readFile(join(folder, name.replace(/\.[^.]*$/, '.fods')), 'utf8')
  return Object.fromEntries([...xml.matchAll(/<table:table table:name="([^"]*)".*?<\/table:table>/gs)].map(([table, title = '']) => [title, rowsOf(table)]))
}

function rowsOf(table: string): OpenedCell[][] {
  return [...table.matchAll(/<table:table-row\b[^>]*>(.*?)<\/table:table-row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<table:table-cell\b([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].flatMap(([, attributes = '', content = '']) => {
      const attribute = (name: string): string | null => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? null
      const text = [...content.matchAll(/<text:p>(.*?)<\/text:p>/gs)].map(([, line = '']) => line).join('\n')
      const typed = attribute('office:value') ?? attribute('office:date-value') ?? attribute('office:boolean-value')
      const cell: OpenedCell = { type: attribute('office:value-type'), formula: attribute('table:formula'), value: unescaped(typed ?? text) }
      return new Array<OpenedCell>(Math.min(50, Number(attribute('table:number-columns-repeated') ?? 1))).fill(cell)
    }),
  )
}

function unescaped(text: string): string {
  return text
    .replaceAll('<text:tab/>', '\t')
    .replaceAll(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count: string | undefined) => ' '.repeat(Number(count ?? 1)))
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name] ?? '')
}
