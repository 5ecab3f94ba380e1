/** Documents a person dropped or picked: where they lie, where the host can tell, else their bytes. */
export interface Documents {
  readonly paths: readonly string[]
  readonly files: readonly File[]
}

/** What a file dialog offers as documents (`accept`). */
export const documentTypes = 'image/*,.pdf,.tif,.tiff,.avif,.heic,.heif'

export const noDocuments: Documents = { paths: [], files: [] }

export function countOf({ paths, files }: Documents): number {
  return paths.length + files.length
}

/** Both together; what is in both, is in it once. */
export function joined(a: Documents, b: Documents): Documents {
  return { paths: [...new Set([...a.paths, ...b.paths])], files: [...a.files, ...b.files] }
}

/** What was picked. `pathOf` tells the path of a file, "" for one that lies nowhere on the disk; null where the host cannot. */
export function pickedDocuments(files: readonly File[], pathOf: ((file: File) => string) | null): Documents {
  const placed = files.map((file) => ({ file, path: pathOf?.(file) ?? '' }))
  return { paths: placed.flatMap(({ path }) => (path === '' ? [] : [path])), files: placed.flatMap(({ file, path }) => (path === '' && isVisible(file) ? [file] : [])) }
}

/**
 * What was dropped, folders included. Where the host can tell paths, a folder is one path, and a template file is a file all the
 * same, since its text is wanted. Elsewhere the files of a folder are taken out of it, and of the folders in it.
 */
export async function droppedDocuments(transfer: DataTransfer, pathOf: ((file: File) => string) | null): Promise<Documents> {
  // A drop's items are readable only until the first pause.
  const items = [...transfer.items].flatMap((item) => {
    const file = item.getAsFile()
    return file === null ? [] : [{ file, entry: item.webkitGetAsEntry() }]
  })
  const paths = items.map(({ file }) => pathOf?.(file) ?? '')
  if (!paths.includes('') && !items.every(({ file }) => isTemplateFile(file))) return { paths, files: [] }
  const files = await Promise.all(items.map(async ({ file, entry }) => (entry instanceof FileSystemDirectoryEntry ? await filesIn(entry) : [file])))
  return { paths: [], files: files.flat() }
}

/** A template file or a JSON Schema, judged by its name. */
export function isTemplateFile({ name }: File): boolean {
  return /\.json$/i.test(name)
}

/** Files that systems hide, such as .DS_Store, are nobody's documents. */
function isVisible({ name }: File): boolean {
  return !name.startsWith('.')
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly File[]> {
  const reader = folder.createReader()
  const found: File[] = []
  // A reader hands out its entries in portions, and an empty one at the end.
  for (;;) {
    const entries = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return found.filter(isVisible)
    for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) {
      if (entry instanceof FileSystemDirectoryEntry) found.push(...(await filesIn(entry)))
      else if (entry instanceof FileSystemFileEntry) found.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)))
    }
  }
}
