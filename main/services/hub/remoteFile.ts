import { sha256 } from '../../contract/domains/image.ts'
import type { FileAddress } from '../../storage/checksums.ts'
import type { Answer } from './HubConnection.ts'

/** A file as the hub described it at one moment. */
export interface RemoteFile {
  readonly address: FileAddress
  /** The commit the revision led to; null where the server names none. */
  readonly commit: string | null
  readonly bytes: number
  /** Without quotes. */
  readonly etag: string | null
  /** The `ETag` header of the server that has the bytes, as it stands; null where it was not asked, or has none. */
  readonly servedEtag: string | null
  /** Named by the hub for files in its large file storage; null for others. */
  readonly sha256: string | null
}

/** What is known so far; a size is still missing. */
export type PartlyKnown = Omit<RemoteFile, 'bytes'> & { readonly bytes: number | null }

/**
 * What the answers on the way to a file say about it together. The hub's own `X-Linked-` headers come before what the
 * store at the end says: that one's ETag may be anything, also 64 hexadecimal digits that are no SHA-256 of the file.
 */
export function describeFile(address: FileAddress, answers: readonly Answer[], isHub: (url: URL) => boolean): PartlyKnown {
  const linked = (name: string) => answers.find(({ headers }) => headers[name] !== undefined)?.headers[name]
  const last = answers.at(-1)
  const isFinal = last !== undefined && last.status < 300
  const linkedEtag = linked('x-linked-etag')
  const ownEtag = isFinal ? last.headers['etag'] : undefined
  const etag = plainEtag(linkedEtag ?? ownEtag)
  const isHubs = linkedEtag !== undefined || (last !== undefined && isHub(last.url))
  const commit = linked('x-repo-commit')
  return {
    address,
    commit: commit !== undefined && /^[0-9a-f]{40}$/.test(commit) ? commit : null,
    bytes: size(linked('x-linked-size')) ?? (isFinal ? sizeOf(last) : null),
    etag,
    servedEtag: ownEtag ?? null,
    sha256: isHubs && sha256.safeParse(etag).success ? etag : null,
  }
}

export function hasAll(file: PartlyKnown): file is RemoteFile {
  return file.bytes !== null
}

/** An ETag without quotes and without the mark of a weak one; null where there is none. */
export function plainEtag(header: string | undefined): string | null {
  const text = header?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') ?? ''
  return text === '' ? null : text
}

/** Bytes `Content-Range` says the whole file has; null where it does not say. */
export function totalOf(contentRange: string | undefined): number | null {
  return size(/\/(\d+)$/.exec(contentRange ?? '')?.[1])
}

function sizeOf({ status, headers }: Answer): number | null {
  return status === 206 ? totalOf(headers['content-range']) : size(headers['content-length'])
}

function size(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
