import type { Download } from '../../../main/contract/domains/download.ts'

/** Something about a download that is worth saying aloud. `percent` is a whole quarter: 25, 50 or 75. */
export type DownloadNews =
  | { readonly kind: 'quarter'; readonly name: string; readonly percent: number }
  | { readonly kind: 'done'; readonly name: string }
  | { readonly kind: 'failed'; readonly name: string }

/**
 * What to say when `before` has become `after`: that a download passed another quarter, or that it ended. Nothing about what
 * is seen for the first time, and nothing in between, however often it changes.
 */
export function downloadNews(before: readonly Download[], after: readonly Download[]): readonly DownloadNews[] {
  return after.flatMap((now): readonly DownloadNews[] => {
    const earlier = before.find(({ id }) => id === now.id)
    if (earlier === undefined) return []
    const { name } = now
    if (now.state !== earlier.state && (now.state === 'done' || now.state === 'failed')) return [{ kind: now.state, name }]
    const quarter = quarterOf(now)
    return now.state === 'running' && quarter > quarterOf(earlier) ? [{ kind: 'quarter', name, percent: quarter * 25 }] : []
  })
}

/** The share that has arrived, 0..1; null where the size is not known yet. */
export function fractionOf({ bytes, received }: Pick<Download, 'bytes' | 'received'>): number | null {
  return bytes === null || bytes === 0 ? null : Math.min(1, Math.max(0, received / bytes))
}

/** Whether a download is on its way by itself, and not waiting for the person. */
export function isUnderWay({ state }: Pick<Download, 'state'>): boolean {
  return state === 'queued' || state === 'checking' || state === 'running' || state === 'verifying'
}

/** The share of all downloads under way together, 0..1; null where there are none, or no size is known. */
export function overallFraction(downloads: readonly Download[]): number | null {
  const known = downloads.filter((download) => isUnderWay(download) && download.bytes !== null)
  const sum = (count: (download: Download) => number) => known.reduce((total, download) => total + count(download), 0)
  return fractionOf({ bytes: sum(({ bytes }) => bytes ?? 0), received: sum(({ received }) => received) })
}

/** The last 25 % step passed; the end is news of its own. */
function quarterOf(download: Download): number {
  return Math.min(3, Math.floor((fractionOf(download) ?? 0) * 4))
}
