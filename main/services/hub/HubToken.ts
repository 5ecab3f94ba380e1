import { readFileSync, rmSync } from 'node:fs'
import { AppError } from '../../contract/errors/AppError.ts'
import { atomicWrite } from '../../platform/atomicWrite.ts'
import { systemCode, writeError } from '../../platform/fileErrors.ts'
import type { Environment } from './hubOptions.ts'

/**
 * The hub's access token: HF_TOKEN of the environment, else a file only its owner can read. It leaves this process in
 * requests to the hub alone, and is written to no log.
 */
export class HubToken {
  readonly #path: string
  readonly #environment: Environment

  constructor(path: string, environment: Environment) {
    this.#path = path
    this.#environment = environment
  }

  /** Null: none. A file that cannot be read counts as none; the hub then says what is missing. */
  read(): string | null {
    const fromEnvironment = this.#environment['HF_TOKEN']?.trim() ?? ''
    if (fromEnvironment !== '') return fromEnvironment
    try {
      const text = readFileSync(this.#path, 'utf8').trim()
      return text === '' ? null : text
    } catch (error) {
      if (systemCode(error) === null) throw error
      return null
    }
  }

  get isSet(): boolean {
    return this.read() !== null
  }

  /** Replaces the kept token, null or empty: forgets it. Rejects `BAD_INPUT`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async change(token: string | null): Promise<void> {
    if (token === null || token === '') {
      this.#forget()
      return
    }
    // Whatever else got into the field would break out of the header.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new AppError('BAD_INPUT', { detail: 'the token holds characters that no token has' })
    await atomicWrite(this.#path, `${token}\n`, 0o600)
  }

  #forget(): void {
    try {
      rmSync(this.#path, { force: true })
    } catch (error) {
      throw writeError(error, this.#path)
    }
  }
}
