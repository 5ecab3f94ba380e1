import { stat } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import { glob } from 'tinyglobby'

/**
 * Inputs of a command as absolute paths: patterns become the files they match, in the order of their names; all else stays as it
 * is, folders too. What lies there under the very name is no pattern ("scan [1].png"). A pattern that matches nothing stays, so that
 * it is reported as a file that is missing. No path comes twice. Windows' shells expand no patterns, and write them with "\\".
 */
export async function expandPatterns(inputs: readonly string[], folder: string, platform: NodeJS.Platform = process.platform): Promise<string[]> {
  const paths = new Set<string>()
  for (const input of inputs) for (const path of await expanded(input, folder, platform)) paths.add(path)
  return [...paths]
}

async function expanded(input: string, folder: string, platform: NodeJS.Platform): Promise<string[]> {
  const path = resolve(folder, input)
  if (!/[*?[{]|[!+@]\(/.test(input) || (await isThere(path))) return [path]
  const { cwd, pattern } = await split(input, folder, platform)
  const found = await glob(pattern, { cwd, absolute: true, onlyFiles: true, expandDirectories: false, followSymbolicLinks: false, caseSensitiveMatch: platform !== 'win32' })
  return found.length === 0 ? [path] : found.map((match) => resolve(match)).sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
}

/** The folders that are there under the very name, and the pattern below them: signs of patterns in their names mean nothing. */
async function split(input: string, folder: string, platform: NodeJS.Platform): Promise<{ cwd: string; pattern: string }> {
  const written = platform === 'win32' ? input.replaceAll('\\', '/') : input
  const { root } = parse(written)
  const parts = written.slice(root.length).split('/').filter((part) => part !== '')
  let cwd = root === '' ? folder : resolve(root)
  while (parts.length > 1 && (await isThere(join(cwd, parts[0] ?? '')))) cwd = join(cwd, parts.shift() ?? '')
  return { cwd, pattern: parts.join('/') }
}

const isThere = async (path: string): Promise<boolean> => await stat(path).then(() => true, () => false)
