/** Where an error lies and what it is called, as OpenAI's errors say it. */
export interface ApiErrorPlace {
  /** The parameter at fault, e.g. `messages[0].content`. */
  readonly param?: string
  /** A short name for programs. */
  readonly code?: string
}

/** A refusal in OpenAI's form. The status decides which error the official clients throw. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly param: string | null
  readonly code: string | null

  constructor(status: number, message: string, { param, code }: ApiErrorPlace = {}) {
    super(message)
    this.status = status
    this.param = param ?? null
    this.code = code ?? null
  }

  get type(): 'invalid_request_error' | 'requests' | 'server_error' {
    if (this.status === 429) return 'requests'
    return this.status >= 500 ? 'server_error' : 'invalid_request_error'
  }

  /** The body of the answer. */
  toJSON(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } }
  }
}

/** A value that cannot be. */
export const invalidValue = (param: string, why: string): ApiError => new ApiError(400, `Invalid value for '${param}': ${why}`, { param, code: 'invalid_value' })

/** A value of the wrong kind. */
export function invalidType(param: string, expected: string, given: unknown): ApiError {
  if (given === undefined) return new ApiError(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' })
  return new ApiError(400, `Invalid type for '${param}': expected ${expected}, but got ${kindOf(given)} instead.`, { param, code: 'invalid_type' })
}

/** A parameter of OpenAI's that would change the answer there and cannot here: refused, never ignored. */
export const unsupported = (param: string, why: string): ApiError => new ApiError(400, `Unsupported parameter: '${param}' is not supported here: ${why}`, { param, code: 'unsupported_parameter' })

/** One of OpenAI's values that cannot be had here. */
export const unsupportedValue = (param: string, why: string): ApiError => new ApiError(400, `Unsupported value: '${param}' ${why}`, { param, code: 'unsupported_value' })

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
