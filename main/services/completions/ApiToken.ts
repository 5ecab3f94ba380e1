import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { atomicWrite } from '../../platform/atomicWrite.ts'
import { systemCode } from '../../platform/fileErrors.ts'

/** Shorter ones, a half-written file's among them, let nobody in. */
export const LEAST_TOKEN_CHARACTERS = 16

/** The secret that lets programs in: a file only its owner can read. It is written to no log. */
export class ApiToken {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Null where there is none yet, or where the file cannot be read. */
  read(): string | null {
    try {
      const text = readFileSync(this.#path, 'utf8').trim()
      return text.length >= LEAST_TOKEN_CHARACTERS ? text : null
    } catch (error) {
      if (systemCode(error) === null) throw error
      return null
    }
  }

  /** The token; a new one where there was none. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async ensure(): Promise<string> {
    return this.read() ?? (await this.renew())
  }

  /** Draws a new one; the one before lets nobody in any more. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async renew(): Promise<string> {
    const token = `llava-${randomBytes(32).toString('base64url')}`
    await atomicWrite(this.#path, `${token}\n`, 0o600)
    return token
  }
}
