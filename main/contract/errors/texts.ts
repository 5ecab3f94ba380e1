import type { ErrorCode } from './codes.ts'

/** One sentence (and what to do) per error code; `{{param}}` is filled from the error's parameters. */
export type ErrorTexts = Readonly<Record<ErrorCode, string>>
