import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Clock } from '../../platform/clock.ts'
import { modelFile } from '../../platform/paths.ts'
import type { ChecksumTable } from '../../storage/checksums.ts'
import type { DownloadFile, DownloadRow, DownloadState } from '../../storage/downloads.ts'
import type { RemoteFile } from '../hub/remoteFile.ts'
import type { TransferHub } from './Fetcher.ts'
import { FileTransfer } from './FileTransfer.ts'
import { checkFreeSpace } from './freeSpace.ts'
import { hashFile } from '../../platform/hashFile.ts'
import { bytesWaiting, removePart } from './PartFile.ts'
import { retrying } from './retrying.ts'
import type { RetryRules } from './retrying.ts'
import { SpeedMeter } from './SpeedMeter.ts'

/** Times a file may disappear while the others are fetched until the inspection says so. */
const MOST_ROUNDS = 3

/** What the work on a download needs. */
export interface DownloadTools {
  readonly hub: TransferHub
  /** Whether the files are the catalogue's, which the app vouches for. */
  readonly isOfCatalogue: boolean
  readonly clock: Clock
  readonly rules: RetryRules
  readonly checksums: Pick<ChecksumTable, 'find' | 'learn'>
  /** Folder of all downloaded models. */
  readonly models: string
  readonly connections: number
  readonly pieceBytes: number
  /** Bytes to be left free on the disk. */
  readonly roomBytes: number
  /** See `TransferOptions`. */
  replace(path: string, put: () => Promise<void>): Promise<void>
  /** Something to show has changed. */
  changed(): void
}

/** The download this process works on, as far as it is. */
export class ActiveDownload {
  readonly id: string
  readonly #tools: DownloadTools
  readonly #files: DownloadFile[]
  readonly #speed: SpeedMeter
  #state: DownloadState = 'checking'

  constructor(row: Pick<DownloadRow, 'id' | 'files'>, tools: DownloadTools) {
    this.id = row.id
    this.#files = [...row.files]
    this.#tools = tools
    this.#speed = new SpeedMeter(() => tools.clock.now())
  }

  get progress(): Pick<DownloadRow, 'state' | 'files' | 'bytesPerSecond'> {
    return { state: this.#state, files: [...this.#files], bytesPerSecond: this.#state === 'running' ? this.#speed.bytesPerSecond : null }
  }

  /**
   * Fetches what is missing. Returns the files of the model, all whole and checked; `model` is empty for a projector alone. Rejects with what keeps it from that,
   * everything fetched being kept but for wrong bytes, or with the signal's reason.
   */
  async run(signal: AbortSignal): Promise<ModelFiles> {
    const remotes: RemoteFile[] = []
    for (const file of this.#files) remotes.push(await this.#resolve(file, signal))
    remotes.forEach((remote, index) => this.#change(index, { bytes: remote.bytes }))
    let missing: number[] = []
    for (const [index, remote] of remotes.entries()) if (!(await this.#isThere(index, remote, signal))) missing.push(index)
    for (let rounds = 0; rounds < MOST_ROUNDS && missing.length > 0; rounds += 1) {
      await this.#checkSpace(missing, remotes)
      for (const index of missing) await this.#transfer(index, remotes[index], signal)
      missing = await this.#gone(remotes)
    }
    this.#show('verifying')
    return { model: this.#path(this.#indexOf('model')), projector: this.#indexOf('projector') === -1 ? null : this.#path(this.#indexOf('projector')) }
  }

  /** Notes that files of these roles were deleted. */
  forget(roles: readonly DownloadFile['role'][]): void {
    this.#files.forEach(({ role }, index) => roles.includes(role) && this.#change(index, { received: 0, made: false }))
  }

  async #resolve(file: DownloadFile, signal: AbortSignal): Promise<RemoteFile> {
    const { hub, clock, rules } = this.#tools
    return await retrying(async () => await hub.resolve(file, signal), { clock, rules, signal })
  }

  /** Whether a file of an earlier download is there under its real name, and is what is wanted to the last byte. */
  async #isThere(index: number, remote: RemoteFile, signal: AbortSignal): Promise<boolean> {
    const expected = await this.#expectedOrNothing(index, remote)
    const found = await stat(this.#path(index)).catch(() => null)
    // Without a checksum nothing vouches for a file that happens to lie there.
    if (found?.isFile() !== true || found.size !== remote.bytes || expected === null) return false
    this.#show('verifying')
    const isRight = (await hashFile(this.#path(index), signal)) === expected
    this.#show('checking')
    if (!isRight) return false
    // A kill just after the file got its name leaves a journal without a file.
    await removePart(this.#path(index))
    this.#change(index, { received: remote.bytes })
    return true
  }

  /** Files that were there, and are not any more: between the first and the last hours may pass. */
  async #gone(remotes: readonly RemoteFile[]): Promise<number[]> {
    const gone: number[] = []
    for (const [index, remote] of remotes.entries()) {
      const found = await stat(this.#path(index)).catch(() => null)
      if (found?.isFile() === true && found.size === remote.bytes) continue
      this.#change(index, { received: 0 })
      gone.push(index)
    }
    return gone
  }

  /** What was fetched of a file that is not the one wanted is worth nothing. */
  async #expectedOrNothing(index: number, remote: RemoteFile): Promise<string | null> {
    try {
      return this.#expected(index, remote)
    } catch (error) {
      await removePart(this.#path(index))
      this.#change(index, { received: 0 })
      throw error
    }
  }

  async #checkSpace(missing: readonly number[], remotes: readonly RemoteFile[]): Promise<void> {
    if (missing.length === 0) return
    let needed = this.#tools.roomBytes
    for (const index of missing) needed += (remotes[index]?.bytes ?? 0) - (await bytesWaiting(this.#path(index)))
    await checkFreeSpace(this.#tools.models, needed)
  }

  async #transfer(index: number, remote: RemoteFile | undefined, signal: AbortSignal): Promise<void> {
    const file = this.#files[index]
    if (file === undefined || remote === undefined) throw new Error('a file that was never resolved')
    this.#show('running')
    const transfer = new FileTransfer(this.#path(index), {
      ...this.#tools,
      name: basename(file.path),
      expected: (now) => this.#expected(index, now),
      received: (bytes) => this.#received(index, bytes),
      verifying: () => this.#show('verifying'),
      learnt: (sha256) => this.#tools.checksums.learn(file, sha256, this.#tools.clock.now()),
    })
    await transfer.run(remote, signal)
    this.#change(index, { received: this.#files[index]?.bytes ?? 0, made: true })
  }

  /**
   * The SHA-256 a file is held to: the catalogue's; for a file it names without one, what its first download taught; else the
   * hub's own, else what was learnt. Throws `DOWNLOAD_WRONG_BYTES` where the hub offers another file than the first two say.
   * A repository the person typed is theirs to trust: a branch may move on, and what it holds then is learnt instead.
   */
  #expected(index: number, remote: RemoteFile): string | null {
    const file = this.#files[index]
    const learnt = this.#tools.checksums.find(remote.address)
    const known = file?.sha256 ?? (this.#tools.isOfCatalogue ? learnt : null)
    if (known !== null && remote.sha256 !== null && known !== remote.sha256) throw new AppError('DOWNLOAD_WRONG_BYTES', { name: basename(remote.address.path) })
    return known ?? remote.sha256 ?? learnt
  }

  #received(index: number, bytes: number): void {
    this.#change(index, { received: bytes })
    this.#speed.note(this.#files.reduce((sum, file) => sum + file.received, 0))
  }

  #change(index: number, change: Partial<DownloadFile>): void {
    const file = this.#files[index]
    if (file !== undefined) this.#files[index] = { ...file, ...change }
    this.#tools.changed()
  }

  #show(state: DownloadState): void {
    this.#state = state
    this.#tools.changed()
  }

  #indexOf(role: DownloadFile['role']): number {
    return this.#files.findIndex((file) => file.role === role)
  }

  #path(index: number): string {
    const file = this.#files[index]
    return file === undefined ? '' : modelFile(this.#tools.models, file.repository, file.path)
  }
}
