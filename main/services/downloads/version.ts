import type { RemoteFile } from '../hub/remoteFile.ts'

/** What tells one version of a file from another. */
export type Version = Pick<RemoteFile, 'bytes' | 'sha256' | 'etag' | 'commit'>

export function versionOf({ bytes, sha256, etag, commit }: RemoteFile): Version {
  return { bytes, sha256, etag, commit }
}

/**
 * Whether bytes of the one may stand beside bytes of the other. The strongest thing both name decides; where they have
 * nothing in common they count as different, since two versions must never be mixed.
 */
export function isSameVersion(one: Version, other: Version): boolean {
  if (one.bytes !== other.bytes) return false
  if (one.sha256 !== null && other.sha256 !== null) return one.sha256 === other.sha256
  if (one.etag !== null && other.etag !== null) return one.etag === other.etag
  return one.commit !== null && one.commit === other.commit
}

/** Whether later answers can be told to be of the same version; a file without that is fetched in one go. */
export function canBeTold({ sha256, etag, commit }: Version): boolean {
  return sha256 !== null || etag !== null || commit !== null
}
