import type { HeifPixels, HeifSize } from '../protocol.ts'
import type { Libheif } from './Libheif.ts'
import { nclxProfile } from './nclxProfile.ts'
import { onWhite } from './onWhite.ts'

/** What libheif complains about, with its code (`heif_error_code`). */
export class HeifError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** Of `heif_colorspace`, `heif_chroma` and `heif_channel`. */
const RGB = 1, INTERLEAVED_RGB = 10, INTERLEAVED_RGBA = 11, INTERLEAVED = 10
/** Places in `heif_decoding_options` (its versions only ever add to the end). */
const TO_8_BIT = 20, STRICT = 21

/** Pixels along a side; the caller's own limits are lower, but learn the size from the header alone. */
const MOST_SIDE = 32_768

/** The picture of a HEIF file that its writer meant to be shown: grids are put together, rotated and mirrored as the file says. */
export class HeifFile {
  readonly #heif: Libheif
  readonly #handle: number
  /** Where libheif leaves its error (three words), and an answer behind it. */
  readonly #error: number

  private constructor(heif: Libheif, handle: number, error: number) {
    this.#heif = heif
    this.#handle = handle
    this.#error = error
  }

  /** Throws `HeifError`. */
  static open(heif: Libheif, bytes: Uint8Array): HeifFile {
    const error = heif.allocate(16)
    const context = heif.call('heif_context_alloc')
    heif.call('heif_context_set_maximum_image_size_limit', context, MOST_SIDE)
    check(heif, error, 'heif_context_read_from_memory_without_copy', context, heif.write(bytes), bytes.byteLength, 0)
    check(heif, error, 'heif_context_get_primary_image_handle', context, error + 12)
    return new HeifFile(heif, heif.number(error + 12), error)
  }

  /** By the header. */
  size(): HeifSize {
    return { width: this.#ask('heif_image_handle_get_width'), height: this.#ask('heif_image_handle_get_height') }
  }

  /** Throws `HeifError`, also where libheif would rather show what it has of a damaged picture. */
  pixels(): HeifPixels {
    const heif = this.#heif, answer = this.#error + 12
    const profile = this.#profile()
    const transparent = this.#ask('heif_image_handle_has_alpha_channel') !== 0
    const premultiplied = this.#ask('heif_image_handle_is_premultiplied_alpha') !== 0
    const options = heif.call('heif_decoding_options_alloc')
    heif.view(options, 32).fill(1, TO_8_BIT, STRICT + 1)
    check(heif, this.#error, 'heif_decode_image', this.#handle, answer, RGB, transparent ? INTERLEAVED_RGBA : INTERLEAVED_RGB, options)
    const image = heif.number(answer)
    if (heif.call('heif_image_get_decoding_warnings', image, 0, this.#error, 1) > 0) throw errorAt(heif, this.#error)
    const size = { width: heif.call('heif_image_get_width', image, INTERLEAVED), height: heif.call('heif_image_get_height', image, INTERLEAVED) }
    const plane = heif.call('heif_image_get_plane_readonly', image, INTERLEAVED, answer)
    const stride = heif.number(answer)
    const rgb = onWhite({ ...size, stride, data: heif.view(plane, stride * size.height) }, transparent ? (premultiplied ? 'premultiplied' : 'straight') : 'none')
    return { ...size, rgb, profile }
  }

  #profile(): Uint8Array<ArrayBuffer> | null {
    const heif = this.#heif, answer = this.#error + 12
    const bytes = this.#ask('heif_image_handle_get_raw_color_profile_size')
    if (bytes > 0) {
      const address = heif.allocate(bytes)
      check(heif, this.#error, 'heif_image_handle_get_raw_color_profile', this.#handle, address)
      return heif.view(address, bytes).slice()
    }
    heif.call('heif_image_handle_get_nclx_color_profile', this.#error, this.#handle, answer)
    const found = heif.number(answer)
    if (heif.number(this.#error) !== 0 || found === 0) return null
    return nclxProfile({ primaries: heif.number(found + 4), transfer: heif.number(found + 8) })
  }

  #ask(name: string): number {
    return this.#heif.call(name, this.#handle)
  }
}

/** Calls a function that gives back an error, which C leaves where the first parameter says. */
function check(heif: Libheif, error: number, name: string, ...values: number[]): void {
  heif.call(name, error, ...values)
  if (heif.number(error) !== 0) throw errorAt(heif, error)
}

function errorAt(heif: Libheif, address: number): HeifError {
  return new HeifError(heif.number(address), heif.text(heif.number(address + 8)))
}
