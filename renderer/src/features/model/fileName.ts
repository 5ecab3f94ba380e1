/** The last part of a path of any system, which is what people know a file by. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path
}

/** The folder of a path of any system, without the separator at its end; empty where there is none. */
export function folderName(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(fileName(path)) - 1))
}
