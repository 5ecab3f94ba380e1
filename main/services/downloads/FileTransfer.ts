import { AppError } from '../../contract/errors/AppError.ts'
import { VersionChanged } from './checkAnswer.ts'
import { Fetcher } from './Fetcher.ts'
import type { FetchOptions } from './Fetcher.ts'
import { PartFile, removePart } from './PartFile.ts'
import { PrefixHash } from './PrefixHash.ts'
import { retrying } from './retrying.ts'
import type { RemoteFile } from '../hub/remoteFile.ts'
import { versionOf } from './version.ts'

/** Times a file may change on the server under our hands until that is an error. */
const MOST_CHANGES = 3

export interface TransferOptions extends Omit<FetchOptions, 'recorded'> {
  /** Bytes fetched at a time by one connection, and lost at most by a connection that breaks with the process. */
  readonly pieceBytes: number
  /** SHA-256 the file must have, given what the server says now; null: unknown. Throws `DOWNLOAD_WRONG_BYTES` where the server's word contradicts what is known. */
  expected(remote: RemoteFile): string | null
  /** The bytes are there; their checksum is still being taken. */
  verifying(): void
  /** The checksum of the whole file, before it gets its real name. */
  learnt(sha256: string): void
  /** Runs `put`, which gives the file its name, while nobody has an older one open: a mapped file cannot be replaced on Windows. */
  replace(path: string, put: () => Promise<void>): Promise<void>
}

/** Brings one file to its place: under its real name it exists whole and checked, or not at all. */
export class FileTransfer {
  readonly #path: string
  readonly #options: TransferOptions

  /** @param path Absolute; `<path>.part` and `<path>.part.json` are used on the way. */
  constructor(path: string, options: TransferOptions) {
    this.#path = path
    this.#options = options
  }

  /**
   * Goes on with what an earlier transfer left of this version, or starts anew. Rejects `DOWNLOAD_WRONG_BYTES` (nothing is
   * kept then), the errors of hub and disk (what was fetched is kept), and the signal's reason.
   */
  async run(remote: RemoteFile, signal: AbortSignal): Promise<void> {
    try {
      await this.#run(remote, signal)
    } catch (error) {
      if (error instanceof AppError && error.code === 'DOWNLOAD_WRONG_BYTES') {
        await removePart(this.#path)
        this.#options.received(0)
      }
      throw error
    }
  }

  async #run(remote: RemoteFile, signal: AbortSignal): Promise<void> {
    // A file that is not the one wanted is not worth its bytes.
    this.#options.expected(remote)
    const part = await PartFile.open(this.#path, versionOf(remote), this.#options.pieceBytes)
    const hash = new PrefixHash(part)
    try {
      hash.follow()
      const expected = this.#options.expected(await this.#fetch(part, hash, remote, signal))
      this.#options.verifying()
      const sha256 = await hash.digest(signal)
      if (expected !== null && sha256 !== expected) throw new AppError('DOWNLOAD_WRONG_BYTES', { name: this.#options.name })
      this.#options.learnt(sha256)
      await this.#options.replace(this.#path, async () => await part.finish())
    } catch (error) {
      await hash.settle()
      await part.close()
      throw error
    }
  }

  /** Fetches all pieces, from the start again where the file changes on the server. Returns what it is then. */
  async #fetch(part: PartFile, hash: PrefixHash, resolved: RemoteFile, signal: AbortSignal): Promise<RemoteFile> {
    let remote = resolved
    for (let changes = 0; changes <= MOST_CHANGES; changes += 1) {
      try {
        await new Fetcher(part, remote, { ...this.#options, recorded: () => hash.follow() }).run(signal)
        return remote
      } catch (error) {
        if (!(error instanceof VersionChanged)) throw error
        remote = await this.#resolveAnew(remote, signal)
        this.#options.expected(remote)
        await part.restart(versionOf(remote))
      }
    }
    throw new AppError('DOWNLOAD_INTERRUPTED', { name: this.#options.name, detail: 'the file on the server keeps changing' })
  }

  async #resolveAnew(remote: RemoteFile, signal: AbortSignal): Promise<RemoteFile> {
    const { hub, clock, rules } = this.#options
    return await retrying(async () => await hub.resolve(remote.address, signal), { clock, rules, signal })
  }
}
