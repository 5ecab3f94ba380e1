import { oneLine } from '../terminal.ts'

/** Characters that take two cells of a terminal (East Asian Wide and Fullwidth, as far as they occur in names). */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g

const widthOf = (text: string): number => Array.from(text).length + (text.match(wide)?.length ?? 0)

/** Rows as columns of a terminal, two spaces apart; the last column is not filled up. Names of models come from their files. */
export function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(oneLine))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  const line = (row: readonly string[]) => row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))).join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/**
 * Bytes as people read file sizes: powers of 1000, as the hub and file managers show them; of 1024 for what was chosen in such
 * units, as the app does.
 */
export function size(bytes: number, base: 1000 | 1024 = 1000): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes, unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= base
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}

/** Parameters as model names write them: "6.7 B", "350 M". */
export function parameters(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} M`
}

/** Seconds as "2 h 05 min", "3 min 20 s" or "8 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60)
  if (whole < 60) return `${whole} s`
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
