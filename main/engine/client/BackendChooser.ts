import { readdirSync } from 'node:fs'
import type { Backend } from '../../contract/domains/model.ts'
import { noGraphicsDevice } from '../../contract/notes.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { ErrorCode } from '../../contract/errors/codes.ts'
import type { Logger } from '../../platform/log.ts'
import { noMemory } from './backendMemory.ts'
import type { BackendMemory, Finding } from './backendMemory.ts'
import type { EngineConnection } from './EngineConnection.ts'

/** Where the model will run, and what there is to say about that. */
export interface BackendChoice {
  readonly backend: Backend
  readonly note: string
}

/** Drivers may take long at their first start after an update; more than this is a driver that hangs. */
const probeLimitMs = 30_000

/** How the system or a person ends a process from outside; a driver that crashes dies of other signals. */
const endedFromOutside = new Set(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGKILL'].map((signal) => `signal ${signal}`))

/** From inside a process: its libraries do not load, find no graphics device, or are not there. */
const libraryFailures: ReadonlySet<ErrorCode> = new Set(['ENGINE_START_FAILED', 'ENGINE_NOT_BUILT', 'ENGINE_FAILED'])

/** How long a finding holds: until a driver or the app changes, for this run, or for the one who asked. */
type Validity = 'kept' | 'run' | 'once'

/**
 * Finds out which backend serves. A graphics backend is tried in a process of its own, where a crash of its driver harms
 * nobody; the answer is kept until a driver or the app changes. A backend that a person names is tried again where it did
 * not serve: they may have mended it. The CPU always serves and is never tried.
 */
export class BackendChooser {
  readonly #connect: () => EngineConnection
  readonly #logger: Logger
  readonly #memory: BackendMemory
  /** Of this run; the memory holds those of earlier ones. */
  readonly #findings = new Map<Backend, Promise<Finding>>()
  readonly #platform: { readonly name: string; readonly arch: string; readonly hasGraphicsDevice: () => boolean }

  /** `connect` starts a process for one probe. */
  constructor(connect: () => EngineConnection, logger: Logger, memory: BackendMemory = noMemory, platform = { name: process.platform as string, arch: process.arch as string, hasGraphicsDevice }) {
    this.#connect = connect
    this.#logger = logger
    this.#memory = memory
    this.#platform = platform
  }

  /** 'auto': the best that works here. A named backend that does not work gives way to the CPU, with a note. */
  async choose(wanted: Backend | 'auto'): Promise<BackendChoice> {
    if (wanted === 'cpu') return { backend: 'cpu', note: '' }
    if (wanted === 'auto' && !this.#platform.hasGraphicsDevice()) return { backend: 'cpu', note: noGraphicsDevice }
    const reasons: string[] = []
    for (const backend of wanted === 'auto' ? this.#candidates() : [wanted]) {
      const finding = await this.#find(backend, wanted !== 'auto')
      if ('device' in finding) return { backend, note: reasons.join('; ') }
      reasons.push(`${backend}: ${finding.reason}`)
    }
    return { backend: 'cpu', note: reasons.join('; ') }
  }

  /** Best first. Intel Macs have Metal drivers that llama.cpp advises against; node-llama-cpp brings none for them. */
  #candidates(): Backend[] {
    if (this.#platform.name === 'darwin') return this.#platform.arch === 'arm64' ? ['metal'] : []
    return ['cuda', 'vulkan']
  }

  async #find(backend: Backend, named: boolean): Promise<Finding> {
    const finding = this.#findings.get(backend) ?? this.#recallOrProbe(backend, named)
    this.#findings.set(backend, finding)
    return await finding
  }

  async #recallOrProbe(backend: Backend, named: boolean): Promise<Finding> {
    const kept = this.#memory.recall()[backend]
    if (kept !== undefined && ('device' in kept || !named)) return kept
    const { finding, validity } = await this.#probe(backend)
    if (validity === 'kept') this.#memory.remember({ ...this.#memory.recall(), [backend]: finding })
    if (validity === 'once') this.#findings.delete(backend)
    return finding
  }

  async #probe(backend: Backend): Promise<{ finding: Finding; validity: Validity }> {
    let connection: EngineConnection | null = null
    const limit = AbortSignal.timeout(probeLimitMs)
    try {
      connection = this.#connect()
      const { device } = await connection.calls.probe({ backend }, { signal: limit })
      return { finding: device === null ? { reason: 'no device' } : { device }, validity: 'kept' }
    } catch (error) {
      const thrown = connection?.explain(error) ?? error
      const reason = limit.aborted ? `no answer in ${probeLimitMs / 1000} s` : wordsFor(thrown)
      this.#logger.info('a backend does not serve', { backend, reason })
      return { finding: { reason }, validity: limit.aborted ? 'run' : connection === null ? 'once' : validityOf(thrown) }
    } finally {
      await connection?.stop(0)
    }
  }
}

/** How long it holds that a process which did start rejected a probe with this. */
function validityOf(thrown: unknown): Validity {
  if (!(thrown instanceof AppError)) return 'once'
  if (thrown.code === 'OUT_OF_MEMORY') return 'run'
  if (thrown.code === 'ENGINE_CRASHED') return endedFromOutside.has(String(thrown.params['how'])) ? 'once' : 'kept'
  // Anything else, quitting above all, says nothing about the backend.
  return libraryFailures.has(thrown.code) ? 'kept' : 'once'
}

function wordsFor(thrown: unknown): string {
  if (!(thrown instanceof AppError)) return String(thrown)
  const { detail, how } = thrown.params
  return String(detail ?? how ?? thrown.code)
}

/** Whether the system shows any graphics device. Only Linux can say so without loading a driver (WSL's is /dev/dxg). */
function hasGraphicsDevice(): boolean {
  if (process.platform !== 'linux') return true
  const names = (folder: string) => {
    try {
      return readdirSync(folder)
    } catch {
      return [] // No such folder: no such devices.
    }
  }
  return names('/dev').some((name) => name === 'dxg' || name === 'kfd' || /^nvidia\d/.test(name)) || names('/dev/dri').some((name) => name.startsWith('renderD'))
}
