import { wellFormed } from './wellFormed.ts'

/** A file name for every system out of what a person called something; `fallback` where nothing of it is left. */
export function fileName(wanted: string, ending: string, fallback: string): string {
  const tidy = wellFormed(wanted)
    // Forbidden on Windows or elsewhere, and what cannot be seen: it may turn a name's direction round.
    .replaceAll(/[<>:"/\\|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, ' ')
    .replaceAll(/\s+/g, ' ')
  // 80 characters of any script stay below the 255 bytes of most file systems only up to 3 bytes each, which is all but the rarest.
  const name = Array.from(tidy).slice(0, 80).join('').replaceAll(/^[\s.]+|[\s.]+$/g, '')
  // Names of devices on Windows, with any ending.
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)
  return `${reserved ? '_' : ''}${name === '' ? fallback : name}.${ending}`
}
