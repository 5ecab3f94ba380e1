/** A signal for callers who cannot leave. One per call: what listens to it is never told, and would be kept for as long as a shared one. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal
}
