/** What a thread starts with: it answers one question about one file. */
export interface HeifRequest {
  readonly wanted: 'size' | 'pixels'
  readonly bytes: Uint8Array
  /** libheif. */
  readonly wasm: Uint8Array
  /** Bytes libheif may hold at most. */
  readonly memoryLimit: number
}

/** Upright, i.e. after the rotation and mirroring that the file asks for. */
export interface HeifSize {
  readonly width: number
  readonly height: number
}

/** 8-bit RGB on white, in the file's own colours. */
export interface HeifPixels extends HeifSize {
  readonly rgb: Uint8Array<ArrayBuffer>
  /** The ICC profile of its colours; null: sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null
}

/** `damaged`: libheif's words are in `detail`; `unsupported`: coded in a way libheif has no decoder for; `memory`: more is needed than is allowed. */
export type HeifFailure = 'damaged' | 'unsupported' | 'memory'

export type HeifReply =
  | { readonly ok: true; readonly value: HeifSize | HeifPixels }
  | { readonly ok: false; readonly failure: HeifFailure; readonly detail: string }
