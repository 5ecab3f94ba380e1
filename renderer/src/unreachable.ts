/** Ends a `switch` over a union: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`Not a case: ${JSON.stringify(value)}`)
}
