import { untilMidnight } from '../../state/groupByDay.ts'

/** Now, renewed shortly after every local midnight while the calling component lives, so that "Today" stays true. */
export function calendarDay(): { readonly current: number } {
  let now = $state(Date.now())

  $effect(() => {
    const timer = setTimeout(() => (now = Date.now()), untilMidnight(now) + 1000)
    return () => clearTimeout(timer)
  })

  return {
    get current() {
      return now
    },
  }
}
