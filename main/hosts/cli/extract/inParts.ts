/** Items or records that are read of the store at a time. */
const AT_A_TIME = 500

/** All there is of something that is read in parts, in its order. */
export function* inParts<T>(part: (from: number, count: number) => readonly T[]): Generator<T, void, undefined> {
  for (let from = 0; ; from += AT_A_TIME) {
    const some = part(from, AT_A_TIME)
    yield* some
    if (some.length < AT_A_TIME) return
  }
}
