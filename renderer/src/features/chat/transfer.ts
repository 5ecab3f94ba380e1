/** The files of a drop, and the names of folders among them, which a browser hands over as unreadable files. */
export function droppedFiles(transfer: DataTransfer): { files: readonly File[]; folders: readonly string[] } {
  const files: File[] = []
  const folders: string[] = []
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry()
    if (entry?.isDirectory === true) folders.push(entry.name)
    else {
      const file = item.getAsFile()
      if (file !== null) files.push(file)
    }
  }
  return { files, folders }
}

/**
 * The files of a paste. Text wins where both are there: spreadsheets and word processors put a picture of the text beside it.
 * A picture without a file is always called `image.png` by browsers; it gets `name` and its own ending instead.
 */
export function pastedFiles(clipboard: DataTransfer | null, name: string): readonly File[] {
  if (clipboard === null || clipboard.getData('text/plain') !== '') return []
  return [...clipboard.files].map((file) =>
    file.name === 'image.png' || file.name === '' ? new File([file], `${name}.${file.type.split('/')[1] ?? 'png'}`, { type: file.type }) : file,
  )
}
