import type { Provenance } from '../../contract/domains/extraction.ts'

/** The SHA-256 of a model; of one in several files that of each, in their order. */
export const modelHash = ({ sha256, parts }: Provenance['model']): string | null => (parts.length > 0 ? parts.join('; ') : sha256)

/** The adapters with what multiplies their effect; null where there was none, or where nobody wrote them down. */
export const adapterNames = ({ adapters }: Pick<Provenance, 'adapters'>): string | null => joined(adapters?.map(({ name, scale }) => `${name} × ${scale}`))

/** In the order of `adapterNames`. */
export const adapterHashes = ({ adapters }: Pick<Provenance, 'adapters'>): string | null => joined(adapters?.map(({ sha256 }) => sha256 ?? ''))

const joined = (texts: readonly string[] = []): string | null => (texts.length === 0 ? null : texts.join('; '))
