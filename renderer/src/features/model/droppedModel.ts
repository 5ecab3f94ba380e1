/** Paths of dropped model files, by the part they play; null where none was dropped for that part. */
export interface DroppedModel {
  readonly model: string | null
  readonly projector: string | null
}

/** Whether a file is a model, by its name: the only thing to go by before its path is known. */
export function isModelFile(file: { readonly name: string }): boolean {
  return file.name.toLowerCase().endsWith('.gguf')
}

/** Sorts dropped model files into language model and projector; projectors are called `mmproj` nearly everywhere. */
export function sortModelFiles(files: readonly File[], pathOf: (file: File) => string): DroppedModel {
  const isProjector = ({ name }: File) => /mmproj|projector/i.test(name)
  const pathOfFirst = (wanted: (file: File) => boolean) => {
    const file = files.find(wanted)
    return file === undefined ? null : pathOf(file)
  }
  return { model: pathOfFirst((file) => !isProjector(file)), projector: pathOfFirst(isProjector) }
}
