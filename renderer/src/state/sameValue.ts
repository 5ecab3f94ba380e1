/** Whether two values say the same as JSON; in which order the members of an object stand does not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || stable(a) === stable(b)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}
