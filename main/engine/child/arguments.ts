import { AppError } from '../../contract/errors/AppError.ts'
import { engineArguments } from '../protocol.ts'
import type { EngineArguments } from '../protocol.ts'

/** The process's arguments, as the supervisor wrote them. Throws `ENGINE_START_FAILED` where it was started by hand. */
export function readArguments(argv: readonly string[] = process.argv): EngineArguments {
  try {
    return engineArguments.parse(JSON.parse(argv[2] ?? ''))
  } catch (cause) {
    throw new AppError('ENGINE_START_FAILED', { detail: 'this program is started by LLaVA Desk, not by hand' }, { cause })
  }
}
