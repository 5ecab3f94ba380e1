/** The last part of a path of any system, which is what people know a file by. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path
}
