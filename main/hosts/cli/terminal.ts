import type { Language } from '../../contract/language.ts'

/** The parts of a terminal that a command needs. */
export interface Terminal {
  /** The command's result. */
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  /** Whether a person watches stdout: then control characters of an answer must not reach their terminal. */
  readonly outIsScreen: boolean
  /** Whether a person watches stderr: then progress is shown. */
  readonly errorIsScreen: boolean
  readonly language: Language
}

/**
 * An answer without the control characters a terminal would act upon: it is text from a stranger, and an escape sequence can
 * rename windows, hide lines or answer on the person's behalf.
 */
export function harmless(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
