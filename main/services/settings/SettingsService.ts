import { readFileSync, renameSync } from 'node:fs'
import { settings as settingsSchema } from '../../contract/domains/app.ts'
import type { Settings, SettingsPatch } from '../../contract/domains/app.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { systemCode, writeError } from '../../platform/fileErrors.ts'
import type { SettingsBackend, SettingsPort } from './SettingsBackend.ts'

/** The settings, always complete and valid. */
export class SettingsService {
  /** `SETTINGS_SET_ASIDE` where the file could not be read and the defaults took its place. */
  readonly notice: AppError | null
  readonly #path: string
  readonly #now: () => number
  readonly #backend: SettingsBackend
  #last: Settings

  constructor(port: SettingsPort, now: () => number = Date.now) {
    this.#path = port.path
    this.#now = now
    this.notice = setAsideIfBad(port.path, now())
    this.#backend = port.open()
    this.#last = settingsSchema.safeParse(this.#backend.read()).data ?? settingsSchema.parse({})
  }

  /** The settings now, with what another process changed. */
  get(): Settings {
    try {
      const found = settingsSchema.safeParse(this.#backend.read())
      if (found.success) this.#last = found.data
    } catch (error) {
      // Somebody is editing the file by hand: the last good settings hold until the next start judges the file.
      if (!(error instanceof SyntaxError) && systemCode(error) === null) throw error
    }
    return this.#last
  }

  /** Changes some and returns all. Throws `BAD_INPUT`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`; then nothing has changed. */
  change(patch: SettingsPatch): Settings {
    const next = settingsSchema.safeParse({ ...this.get(), ...patch })
    if (!next.success) throw new AppError('BAD_INPUT', { detail: next.error.issues[0]?.message ?? 'settings' })
    try {
      // A file somebody is editing by hand is kept, too.
      setAsideIfBad(this.#path, this.#now())
      // What a newer version keeps in the file is not ours to drop.
      this.#backend.write({ ...(this.#backend.read() as object), ...next.data })
    } catch (error) {
      throw writeError(error, this.#path)
    }
    this.#last = next.data
    return next.data
  }
}

/** What is no settings file (no JSON, other values, unreadable, a folder) moves away before anything could overwrite it. */
function setAsideIfBad(path: string, time: number): AppError | null {
  if (path === '') return null // Kept in memory.
  const problem = problemOf(path)
  if (problem === null) return null
  const kept = `${path}.bad-${time}`
  try {
    renameSync(path, kept)
  } catch (error) {
    // Another process that starts has moved it.
    if (systemCode(error) === 'ENOENT') return null
    throw writeError(error, path)
  }
  return new AppError('SETTINGS_SET_ASIDE', { kept }, { cause: problem })
}

function problemOf(path: string): unknown {
  try {
    return settingsSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).error ?? null
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? null : error
  }
}
