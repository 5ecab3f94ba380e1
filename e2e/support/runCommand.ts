import { environment } from './environment.ts'
import { root } from './hosts.ts'
import { join } from 'node:path'
import { Process } from './Process.ts'

/** What a command left behind. */
export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `llava-desk ...` as a person would in the clone, and waits for its end. */
export async function runCommand(dataFolder: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  const command = new Process('llava-desk', process.execPath, [join(root, 'main/launch/llava-desk.mjs'), ...args], { env: environment(dataFolder, more), cwd: root })
  const code = await command.ended()
  return { code, stdout: command.stdout, stderr: command.stderr }
}
