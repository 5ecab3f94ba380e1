/** The command line contradicts itself; the message is what the person reads. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
