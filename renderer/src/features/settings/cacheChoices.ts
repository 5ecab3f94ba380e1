const GiB = 2 ** 30

/** Budgets to choose from, in bytes; 0 is "off". One set elsewhere, on the command line, has its place among them. */
export function cacheChoices(limit: number): readonly number[] {
  return [...new Set([0, 1 * GiB, 4 * GiB, 16 * GiB, 64 * GiB, limit])].sort((a, b) => a - b)
}
