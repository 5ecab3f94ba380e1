import { AppError, isAbort } from '../../contract/errors/AppError.ts'
import type { ErrorCode } from '../../contract/errors/codes.ts'

/**
 * What a failed reading says about what is to be done.
 * `page`: it is the file's fault, and would be again: it fails. `engine`: the engine failed over it, perhaps not because of it: it waits
 * again, a few times. `nothing`: no page can be read now, with whatever file: the run pauses and loses nothing. `stopped`: nobody's
 * fault, it waits again.
 */
export type Trouble = 'page' | 'engine' | 'nothing' | 'stopped'

const ENGINE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ENGINE_CRASHED', 'ENGINE_FAILED', 'OUT_OF_MEMORY'])

const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ENGINE_STOPPED', 'ABORTED'])

const NOTHING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  // No engine.
  'ENGINE_NOT_BUILT', 'ENGINE_START_FAILED', 'ENGINE_KEEPS_FAILING',
  // No model that could be loaded, or none that sees.
  'MODEL_NONE', 'MODEL_MISSING', 'MODEL_NOT_GGUF', 'MODEL_DAMAGED', 'MODEL_IS_PROJECTOR', 'MODEL_UNSUPPORTED', 'MODEL_HAS_NO_VISION', 'MODEL_LOAD_FAILED',
  'MODEL_IS_ADAPTER', 'MODEL_PART_MISSING', 'MODEL_NOT_FIRST_PART', 'MODEL_TEXT_ONLY', 'GGUF_VERSION_UNKNOWN', 'TEMPLATE_FAILED',
  'PROJECTOR_MISSING', 'PROJECTOR_NOT_GGUF', 'PROJECTOR_DAMAGED', 'PROJECTOR_IS_MODEL', 'PROJECTOR_WIDTH_MISMATCH', 'PROJECTOR_UNSUPPORTED',
  'PROJECTOR_NEEDED', 'PROJECTOR_INCOMPLETE', 'PROJECTOR_AUDIO_ONLY', 'ADAPTER_MISSING', 'ADAPTER_NOT_GGUF', 'ADAPTER_MISMATCH',
  // The template does not work with this model, on any page.
  'GRAMMAR_INVALID',
  // No place for pixels and records.
  'DISK_FULL', 'FOLDER_NOT_WRITABLE',
])

/** It could not be told what reads. No document's fault, whatever the code: a model's file that may not be read has the code of any such file. */
export class OriginFailure extends AppError {
  constructor(cause: AppError) {
    super(cause.code, cause.params, { cause })
  }
}

/** Sorts what a reading was ended by. */
export function troubleOf(error: unknown): Trouble {
  if (isAbort(error)) return 'stopped'
  if (!(error instanceof AppError)) return 'page'
  if (STOPPED.has(error.code)) return 'stopped'
  if (ENGINE.has(error.code)) return 'engine'
  return error instanceof OriginFailure || NOTHING.has(error.code) ? 'nothing' : 'page'
}

/** Whether what keeps runs from going on is that nothing can be written. */
export function isDiskTrouble(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'DISK_FULL' || error.code === 'FOLDER_NOT_WRITABLE')
}
