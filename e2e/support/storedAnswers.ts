import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from './environment.ts'
import { root } from './hosts.ts'

/** A chat as it is put into a data folder. */
export interface StoredChat {
  readonly title: string
  readonly answers: readonly string[]
  /** Pieces of a last answer that is being written, for `GrowingAnswer`. */
  readonly growing?: readonly string[]
}

function command(dataFolder: string, chats: readonly StoredChat[]): string[] {
  mkdirSync(dataFolder, { recursive: true })
  const file = join(dataFolder, '..', `answers-${chats.length}-${chats[0]?.title.replaceAll(/\W/g, '') ?? ''}.json`)
  writeFileSync(file, JSON.stringify(chats))
  return ['--import', 'tsx', join(root, 'main/storage/testing/answersProcess.ts'), dataFolder, file]
}

/** Writes chats into a data folder, by the app's own store. */
export function storeAnswers(dataFolder: string, chats: readonly StoredChat[]): void {
  execFileSync(process.execPath, command(dataFolder, chats), { cwd: root, env: environment(dataFolder) })
}

/** An answer that another process on the same data folder writes piece by piece, as told; the page follows it as it follows any. */
export class GrowingAnswer {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(child: ChildProcess) {
    this.#process = child
    this.#ended = once(child, 'exit')
  }

  static async begin(dataFolder: string, chat: StoredChat): Promise<GrowingAnswer> {
    const child = spawn(process.execPath, command(dataFolder, [chat]), { cwd: root, env: environment(dataFolder), stdio: ['pipe', 'pipe', 'inherit'] })
    const answer = new GrowingAnswer(child)
    await once(child.stdout, 'data')
    return answer
  }

  /** Writes the next piece. */
  next(): void {
    this.#process.stdin?.write('\n')
  }

  /** Ends the answer, and waits until the process is gone. */
  async end(): Promise<void> {
    this.#process.stdin?.end()
    await this.#ended
  }
}
