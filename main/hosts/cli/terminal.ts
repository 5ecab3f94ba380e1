import type { ErrorData } from '../../contract/errors/AppError.ts'
import type { Language } from '../../contract/language.ts'
import { errorSentence } from '../shared/errorSentence.ts'

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

/** The sentence of an error on one line, whatever the names in it hold: they come from strangers, too. */
export function errorLine(error: ErrorData, language: Language): string {
  return `${oneLine(errorSentence(error, language))}\n`
}

/** A text on one line, without what a terminal would act upon. */
export const oneLine = (text: string): string => harmless(text).replaceAll(/[\t\n\u2028\u2029]+/g, ' ')

/** A value as `--json` prints it. JSON writes DEL and the controls behind it as they are, and a terminal acts upon those, too; escaped, they mean the same. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`
}
