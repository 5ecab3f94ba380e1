/** Whether a file is a model, by its name: the only thing to go by before its path is known. */
export function isModelFile(file: { readonly name: string }): boolean {
  return file.name.toLowerCase().endsWith('.gguf')
}
