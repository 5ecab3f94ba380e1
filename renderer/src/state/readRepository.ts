/** The repository that a person typed, or pasted as the address of a page: `owner/name`, and its revision where the address names one. */
export interface TypedRepository {
  readonly repository: string
  readonly revision: string
}

const part = String.raw`[A-Za-z0-9][\w.-]{0,95}`
const pattern = new RegExp(`^(${part}/${part})(?:/(?:tree|blob|resolve)/([A-Za-z0-9][\\w.-]{0,99})(?:/.*)?)?/?$`)

/** Reads a repository; null where the text names none. */
export function readRepository(text: string): TypedRepository | null {
  const path = text.trim().replace(/^https?:\/\/[^/]+\//, '').replace(/[?#].*$/, '')
  const [, repository, revision = 'main'] = pattern.exec(path) ?? []
  return repository === undefined ? null : { repository, revision }
}
