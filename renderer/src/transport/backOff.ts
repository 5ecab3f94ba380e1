/** Milliseconds to wait before the next attempt to connect: quick at first, for a program that restarts, then every 5 s. */
export function backOff(failures: number): number {
  return Math.min(5000, 250 * 2 ** failures)
}
