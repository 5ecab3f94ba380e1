import type { SearchHit } from '../../../../main/contract/domains/search.ts'

/** Ids that tie the search field to its results. */
export const resultsId = 'search-results'

export function hitId({ place }: SearchHit): string {
  return `search-hit-${place}`
}
