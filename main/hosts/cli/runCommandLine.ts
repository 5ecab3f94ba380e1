import { CommanderError, type Command } from 'commander'
import { isAbort, toAppError } from '../../contract/errors/AppError.ts'
import { withCauses } from '../../platform/log.ts'
import { InputsFailed } from './extract/InputsFailed.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exitCode.ts'
import { createProgram, type Actions } from './program.ts'
import { errorLine, harmless, oneLine, type Terminal } from './terminal.ts'
import { UsageError } from './UsageError.ts'

/**
 * Runs one command and says how it went, in one sentence where it went wrong.
 * @param args Arguments without program and script.
 */
export async function runCommandLine(args: readonly string[], version: string, actions: Actions, terminal: Terminal): Promise<ExitCode> {
  const program = createProgram(version, actions)
  for (const command of withSubcommands(program)) command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.error })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (thrown) {
    return report(thrown, terminal, args.includes('--verbose'))
  }
}

/** A command and all below it. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

function report(thrown: unknown, terminal: Terminal, verbose: boolean): ExitCode {
  // Commander has already written its sentence; help and version arrive here with 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage
  if (thrown instanceof UsageError) {
    terminal.error(`error: ${oneLine(thrown.message)}\n`)
    return exitCodes.wrongUsage
  }
  if (thrown instanceof InputsFailed) return exitCodes.inputFailed
  if (isAbort(thrown)) return exitCodes.interrupted
  const error = toAppError(thrown)
  terminal.error(errorLine(error, terminal.language))
  if (verbose) terminal.error(`${harmless(withCauses(error))}\n`)
  return exitCodeOf(error.code)
}
