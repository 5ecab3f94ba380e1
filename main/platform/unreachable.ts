/** Ends every `switch` over a union: a case that was forgotten is a compile error here, and an error at run time. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
