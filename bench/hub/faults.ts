/** What goes wrong with a file. Several at once add up. */
export interface Faults {
  /** Every answer is this status, from the hub itself or from the store it redirects to. */
  readonly status?: { readonly at: 'hub' | 'store'; readonly code: number; readonly headers?: Readonly<Record<string, string>> }
  /** The first requests fail so; later ones go through. Absent: all. */
  readonly times?: number
  /** Bytes of the file that are sent wrong, by position. */
  readonly wrongBytes?: readonly number[]
  /** After so many bytes of a body the connection ends, properly or with a reset, or stays open and brings nothing more. */
  readonly breakAfter?: { readonly bytes: number; readonly how: 'end' | 'reset' | 'stall' }
  /** The store takes the request and never answers. */
  readonly silent?: boolean
  /** The hub redirects to this address, the same one again and again for `loop`. */
  readonly redirect?: 'loop' | 'nowhere' | URL
  /** The store sends the whole file, whatever range is asked for: always, or every other time. */
  readonly ignoreRange?: 'always' | 'everyOther'
  /** Answers to a range hold this many bytes of it at most, and say so. */
  readonly shortRange?: number
  /** The store allows no HEAD. */
  readonly noHead?: boolean
  /** Added to every Content-Length, and to the size the hub names. */
  readonly lengthOff?: number
  /** Neither hub nor store name an ETag, size, commit or checksum. */
  readonly bare?: boolean
  /** From this request for bytes on (counted from 1), the file has these contents. */
  readonly change?: { readonly from: number; readonly to: Uint8Array }
}
