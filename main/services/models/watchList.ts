import type { Store } from '../../storage/Store.ts'

/** How often the list is looked at, in milliseconds: soon enough for somebody who goes from a terminal to the window. */
const LOOK_EVERY = 2000

/** Calls `changed` when the list of models becomes another: also by a command, which is another process. Returns what ends that. */
export function watchList({ installedModels }: Pick<Store, 'installedModels'>, changed: () => void): () => void {
  const read = () => JSON.stringify(installedModels.list())
  let known = read()
  const timer = setInterval(() => {
    let now = known
    try {
      now = read()
    } catch {
      // Locked or being replaced: the next look sees it.
    }
    if (now === known) return
    known = now
    changed()
  }, LOOK_EVERY)
  timer.unref()
  return () => clearInterval(timer)
}
