import { readFile } from 'node:fs/promises'
import { AppError } from '../../contract/errors/AppError.ts'
import { readError } from '../../platform/fileErrors.ts'
import { LEAST_TOKEN_CHARACTERS } from '../../services/completions/ApiToken.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { apiAddress, startServices, stopSignal } from './serve.ts'

export interface ApiOptions {
  /** 0: any free one. Absent: that of the settings. */
  readonly port?: number
  /** Absent: LLAVA_DESK_API_TOKEN, else the kept one. */
  readonly tokenFile?: string
  readonly verbose?: true
}

/** Answers other programs on this machine, without a page. Resolves when it was stopped; rejects where it cannot start. */
export async function api(options: ApiOptions, host: HostContext): Promise<void> {
  const token = await givenToken(options)
  const services = await startServices(options, host, { port: options.port ?? null, token })
  try {
    process.stdout.write(`${await apiAddress(services)}\n`)
    if (token === null) process.stdout.write(`API key: ${await services.server.token()}\n`)
    await stopSignal()
  } finally {
    await services.dispose()
  }
}

async function givenToken({ tokenFile }: ApiOptions): Promise<string | null> {
  const text = tokenFile === undefined ? process.env['LLAVA_DESK_API_TOKEN'] : await readText(tokenFile)
  if (text === undefined || (tokenFile === undefined && text === '')) return null
  const token = text.trim()
  if (!/^[\x21-\x7e]+$/.test(token) || token.length < LEAST_TOKEN_CHARACTERS) throw new AppError('BAD_INPUT', { detail: `a token has at least ${LEAST_TOKEN_CHARACTERS} characters, of those that a header takes and without spaces` })
  return token
}

async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw readError(error, path)
  })
}
