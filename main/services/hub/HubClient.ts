import type { RepositoryListing } from '../../contract/domains/download.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { FileAddress } from '../../storage/checksums.ts'
import { HubConnection } from './HubConnection.ts'
import type { Answer, Patience } from './HubConnection.ts'
import { reasonOf, statusError } from './hubErrors.ts'
import type { HubOptions } from './hubOptions.ts'
import { parseListing } from './listing.ts'
import type { Outbound } from './outbound.ts'
import { describeFile, hasAll } from './remoteFile.ts'
import type { RemoteFile } from './remoteFile.ts'

/** Longest listing read, in bytes; repositories of thousands of files stay far below. */
const LONGEST_LISTING = 16 * 1024 * 1024

/** What a transfer asks for: bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
  /** The `ETag` header of the version wanted; null where it is not known. */
  readonly etag: string | null
}

/** The hub as downloads need it. Judges no bytes: what an answer holds is for the transfer to check. */
export class HubClient {
  readonly #base: URL
  readonly #connection: HubConnection
  readonly #now: () => number

  constructor(options: HubOptions, token: string | null, more: { patience?: Patience; now?: () => number; outbound?: Outbound } = {}) {
    this.#base = options.base
    this.#connection = new HubConnection(options, token, more.patience, more.outbound)
    this.#now = more.now ?? Date.now
  }

  /** Name of the hub for people. */
  get host(): string {
    return this.#base.host
  }

  /**
   * What the hub says about a file, without fetching it. Rejects `HUB_UNREACHABLE`, `HUB_NEEDS_TOKEN`, `HUB_NO_ACCESS`,
   * `HUB_FILE_MISSING`, `HUB_REPOSITORY_MISSING`, `HUB_BUSY`, `HUB_FAILED`.
   */
  async resolve(file: FileAddress, signal?: AbortSignal): Promise<RemoteFile> {
    const answers: Answer[] = []
    let url = this.#fileUrl(file)
    for (let requests = 0; requests < 6; requests += 1) {
      const answer = await this.#connection.request('HEAD', url, {}, signal)
      answers.push(answer)
      const next = this.#connection.redirectOf(answer)
      const known = describeFile(file, answers, (address) => this.#connection.isHub(address))
      // The hub names size and checksum before it redirects to a store, whose links often allow no HEAD.
      if (next !== null && hasAll(known) && known.sha256 !== null) return known
      if (next === null) {
        if (answer.status === 200 && hasAll(known)) return known
        return await this.#probe(file, answers, answer, signal)
      }
      url = next
    }
    throw new AppError('HUB_FAILED', { host: this.host, status: 'too many redirects' })
  }

  /** The files of a repository that can be models or projectors. Rejects like `resolve`. */
  async list(repository: string, revision: string, signal?: AbortSignal): Promise<RepositoryListing> {
    const subject = { repository, revision, path: '' }
    const url = this.#url(`api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`)
    const answer = await this.#connection.follow('GET', url, { accept: 'application/json' }, signal)
    if (answer.status !== 200) throw this.refusal(answer, subject)
    const listing = parseListing(repository, await readJson(answer))
    if (listing === null) throw new AppError('HUB_FAILED', { host: answer.url.host, status: 'an answer that is no listing' })
    return listing
  }

  /**
   * Asks for bytes of a file: from `link` where an earlier answer came from, else from the hub, at the commit it was
   * resolved to. Returns the answer whatever its status; rejects `HUB_UNREACHABLE` and `HUB_FAILED`.
   */
  async open(file: RemoteFile, range: ByteRange, link: URL | null, signal?: AbortSignal): Promise<Answer> {
    const headers: Record<string, string> = { range: `bytes=${range.start}-${range.end}` }
    // A weak one promises no equal bytes, and may not be sent here (RFC 9110, 13.1.5).
    if (range.etag !== null && !range.etag.startsWith('W/')) headers['if-range'] = range.etag
    const pinned = { ...file.address, revision: file.commit ?? file.address.revision }
    return await this.#connection.follow('GET', link ?? this.#fileUrl(pinned), headers, signal)
  }

  /** Whether an answer came from the hub itself, and not from a store it redirects to. */
  isFromHub(answer: Answer): boolean {
    return this.#connection.isHub(answer.url)
  }

  /** The error an answer stands for; ends its transfer. */
  refusal(answer: Answer, subject: FileAddress): AppError {
    answer.body.destroy()
    const { status, headers, url } = answer
    // A store knows no accounts and no repositories: what it refuses is a link that does not work.
    const isOurs = this.isFromHub(answer) || status === 429
    return isOurs ? statusError(status, headers, url.host, subject, this.#now()) : new AppError('HUB_FAILED', { host: url.host, status })
  }

  async dispose(): Promise<void> {
    await this.#connection.dispose()
  }

  /** Some servers answer no HEAD, or name no size there: the first byte tells as much. */
  async #probe(file: FileAddress, answers: readonly Answer[], last: Answer, signal?: AbortSignal): Promise<RemoteFile> {
    const isUsable = last.status === 200 || last.status === 405 || last.status === 501 || !this.isFromHub(last)
    if (!isUsable) throw this.refusal(last, file)
    const answer = await this.#connection.follow('GET', last.url, { range: 'bytes=0-0' }, signal)
    if (answer.status !== 200 && answer.status !== 206) throw this.refusal(answer, file)
    answer.body.destroy()
    const known = describeFile(file, [...answers.filter(({ status }) => status < 400), answer], (address) => this.#connection.isHub(address))
    if (!hasAll(known)) throw new AppError('HUB_FAILED', { host: answer.url.host, status: `${answer.status} without a size` })
    return known
  }

  #fileUrl({ repository, revision, path }: FileAddress): URL {
    return this.#url(`${repository}/resolve/${encodeURIComponent(revision)}/${path.split('/').map(encodeURIComponent).join('/')}`)
  }

  #url(path: string): URL {
    return new URL(`${this.#base.href.replace(/\/$/, '')}/${path}`)
  }
}

async function readJson(answer: Answer): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes > LONGEST_LISTING) return null
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw new AppError('HUB_UNREACHABLE', { host: answer.url.host, detail: reasonOf(error) }, { cause: error })
  }
}
