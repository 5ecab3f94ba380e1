import { AppError } from '../../../contract/errors/AppError.ts'
import { toEngineError } from '../engineError.ts'

/** The `AppError` for what loading or measuring the file at `path` rejected with. */
export function loadError(error: unknown, path: string): AppError {
  const failure = toEngineError(error)
  return failure.code === 'ENGINE_FAILED' ? new AppError('MODEL_LOAD_FAILED', { path, detail: String(failure.params['detail']) }, { cause: error }) : failure
}
