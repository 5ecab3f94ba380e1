type Unit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte'

const units: readonly Unit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

/** A count of bytes in the unit that suits it, with as many decimals as tell sizes apart: three digits in all. */
export interface ScaledBytes {
  readonly value: number
  readonly unit: Unit
  readonly decimals: number
}

/**
 * Scales a count of bytes.
 * @param base 1000 for files, as download pages and file managers count; 1024 for memory, as makers of memory and graphics
 * cards count (their "GB").
 */
export function scaleBytes(bytes: number, base: 1000 | 1024): ScaledBytes {
  let value = Math.max(0, bytes)
  let step = 0
  // 999.5 would be shown as 1000 of the smaller unit.
  while (value >= 999.5 && step < units.length - 1) {
    value /= base
    step++
  }
  const unit = units[step] ?? 'byte'
  // Nobody chooses by less than a megabyte.
  const decimals = step < 3 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return { value, unit, decimals }
}

/** Time left as people say it: whole minutes, and hours from one hour on. `null` below one minute. */
export function splitTimeLeft(seconds: number): { readonly hours: number; readonly minutes: number } | null {
  if (seconds < 60) return null
  // From ten hours on nobody waits for the minute.
  const minutes = seconds >= 36_000 ? Math.round(seconds / 3600) * 60 : Math.ceil(seconds / 60)
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
}
