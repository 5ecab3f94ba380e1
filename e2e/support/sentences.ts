import type { ErrorCode } from '../../main/contract/errors/codes.ts'
import { english } from '../../main/contract/errors/texts.en.ts'

/** Matches the sentence of an error with anything filled into its places; the whole of it, not a part. */
export function sentence(code: ErrorCode): RegExp {
  const escaped = english[code].replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(escaped.replace(/\{\{\w+\}\}/g, '.+'))
}
