/** Shows a person that something they asked for failed; cancellations stay silent. */
export type Report = (thrown: unknown) => void
