import type { Download } from '../../contract/domains/download.ts'
import type { DownloadRow } from '../../storage/downloads.ts'

/** A download as a page shows it. */
export function describeDownload(row: DownloadRow): Download {
  const files = row.files.map(({ path, bytes, received }) => ({ name: path.slice(path.lastIndexOf('/') + 1), bytes, received }))
  const bytes = files.every((file) => file.bytes !== null) ? files.reduce((sum, file) => sum + (file.bytes ?? 0), 0) : null
  const received = files.reduce((sum, file) => sum + file.received, 0)
  const bytesPerSecond = row.wish === null ? row.bytesPerSecond : null
  return {
    id: row.id,
    name: row.name,
    // The person has decided; that another process still has to stop is nothing to wait for.
    state: row.wish === 'pause' ? 'paused' : row.state,
    files,
    bytes,
    received,
    bytesPerSecond,
    secondsLeft: bytes === null || bytesPerSecond === null ? null : (bytes - received) / bytesPerSecond,
    error: row.error === null ? null : { code: row.error.code, params: { ...row.error.params } },
    request: row.request,
    installed: row.installed,
  }
}
