import type { AppError } from '../../contract/errors/AppError.ts'
import { isAbort, toAppError } from '../../contract/errors/AppError.ts'
import { systemCode } from '../../platform/fileErrors.ts'
import { ApiError } from '../../services/completions/ApiError.ts'
import { errorSentence } from '../shared/errorSentence.ts'

/** What went wrong in OpenAI's form: the app's own sentence under the status that tells a client what it can do. */
export function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (isAbort(thrown) || systemCode(thrown) === 'ECONNRESET') return new ApiError(499, 'The client left.', { code: 'client_closed_request' })
  const error = toAppError(thrown)
  const message = error.code === 'INTERNAL' ? 'LLaVA Desk made a mistake while it processed your request. Its log has the details.' : errorSentence(error, 'en')
  return new ApiError(statusOf(error), message, { ...placeOf(error), code: codeOf(error) })
}

/** 400: the request's fault. 503: no model can be asked now. 500: the answer failed. */
function statusOf({ code }: AppError): number {
  if (code.startsWith('IMAGE_') || ['CONTEXT_FULL', 'MODEL_HAS_NO_VISION', 'GRAMMAR_INVALID', 'TEMPLATE_FAILED', 'BAD_INPUT'].includes(code)) return 400
  return ['MODEL_', 'PROJECTOR_', 'ADAPTER_', 'GGUF_', 'ENGINE_'].some((group) => code.startsWith(group)) || code === 'OUT_OF_MEMORY' ? 503 : 500
}

function placeOf({ code, params }: AppError): { param?: string } {
  if (code === 'GRAMMAR_INVALID') return { param: 'response_format' }
  if (code === 'CONTEXT_FULL') return { param: 'messages' }
  const name = params['name']
  return code.startsWith('IMAGE_') && typeof name === 'string' ? { param: name } : {}
}

/** OpenAI's own name where it has one. */
const codeOf = ({ code }: AppError): string => (code === 'CONTEXT_FULL' ? 'context_length_exceeded' : code.toLowerCase())
