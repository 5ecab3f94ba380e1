import { existsSync } from 'node:fs'
import { AppError } from '../../contract/errors/AppError.ts'

/**
 * The seam between the supervisor and the host that starts processes: `child_process.fork` under plain Node
 * (`ForkProcess.ts`), `utilityProcess.fork` under Electron (the window host's adapter).
 */

/** How a process ended. Electron reports no signal: there a negative or large code stands for one. */
export interface EngineExit {
  readonly code: number | null
  /** E.g. "SIGKILL"; null where the process ended by itself or the host cannot tell. */
  readonly signal: string | null
}

/** One running engine process. */
export interface EngineProcess {
  /** Null until the system has given one (Electron spawns asynchronously). */
  readonly pid: number | null
  /** Sends one message (a string, or bytes). A message to a process that is gone is dropped: `onExit` settles its calls. */
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called exactly once, after the last message; also for a process that could not be started at all. */
  onExit(listener: (exit: EngineExit) => void): void
  /** Whole lines of the process's stderr, without their line ends. */
  onStderr(listener: (line: string) => void): void
  /** Ends the process at once (SIGKILL where there is one). */
  kill(): void
}

/** What every adapter passes to the system as it is; the supervisor decides it. */
export interface EngineSpawn {
  /** Command-line arguments after the entry file. */
  readonly args: readonly string[]
  /** The whole environment of the child: nothing is inherited beyond it. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Output still under way when a process ends is waited for this long, in milliseconds: it says why the process ended. A helper
 * process of its own may hold the pipe open.
 */
export const lastWordsMs = 300

/** Throws `ENGINE_NOT_BUILT` where the engine's bundle is missing: what a host would report instead names no remedy. */
export function checkEntry(entry: string): void {
  if (!existsSync(entry)) throw new AppError('ENGINE_NOT_BUILT', { detail: 'the engine process has no program' })
}

/** Starts engine processes from the bundle of `main/engine/child/entry.ts`. */
export interface EngineLauncher {
  spawn(options: EngineSpawn): EngineProcess
}
