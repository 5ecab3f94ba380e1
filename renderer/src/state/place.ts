/** What the Extract page shows: its lists, one template (null: a new one), or one run and perhaps its review. */
export type ExtractPlace =
  | { readonly view: 'templates' }
  | { readonly view: 'runs' }
  | { readonly view: 'template'; readonly template: string | null }
  | { readonly view: 'run'; readonly run: string; readonly review: boolean }

/** What lies over the chat; null: nothing. */
export type Over = 'models' | ExtractPlace | null

/** What the page shows: a chat, and what lies over it. Stands in the address, so a reload keeps it. */
export interface Place {
  /** Null: a chat without its first question. */
  readonly chatId: string | null
  readonly over: Over
}

/**
 * Reads the part of an address behind `#`: `/<chat id>`, and behind it `?models`, `?extract`, `?runs`, `?template` (a new one),
 * `?template=<id>`, `?run=<id>` or `?review=<id of a run>`. What is malformed leads to the empty chat.
 */
export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?')
  return { chatId: decode(path), over: parseOver(query) }
}

function parseOver(query: string): Over {
  const [page = '', text = ''] = query.split('=')
  const id = decode(text)
  if (page === 'template') return { view: 'template', template: id }
  if (page === 'run' || page === 'review') return id === null ? { view: 'runs' } : { view: 'run', run: id, review: page === 'review' }
  if (query === 'models') return 'models'
  if (query === 'extract') return { view: 'templates' }
  return query === 'runs' ? { view: 'runs' } : null
}

/** The part of an address that `parsePlace` reads; empty for the empty chat. */
export function formatPlace({ chatId, over }: Place): string {
  if (chatId === null && over === null) return ''
  return `#/${chatId === null ? '' : encodeURIComponent(chatId)}${formatOver(over)}`
}

/** The part that tells what lies over the chat, with its `?`; the same for the same place. */
export function formatOver(over: Over): string {
  if (over === null) return ''
  if (over === 'models') return '?models'
  switch (over.view) {
    case 'templates':
      return '?extract'
    case 'runs':
      return '?runs'
    case 'template':
      return over.template === null ? '?template' : `?template=${encodeURIComponent(over.template)}`
    case 'run':
      return `?${over.review ? 'review' : 'run'}=${encodeURIComponent(over.run)}`
  }
}

function decode(path: string): string | null {
  try {
    return path === '' ? null : decodeURIComponent(path)
  } catch {
    return null
  }
}

export function readPlace(): Place {
  return parsePlace(location.hash)
}

/** Changes the place where the person is. */
export function changePlace(change: Partial<Place>): void {
  history.replaceState(null, '', addressOf({ ...readPlace(), ...change }))
}

/** Goes on to a place, from which the browser's Back leads here again. */
export function enterPlace(change: Partial<Place>): void {
  history.pushState(null, '', addressOf({ ...readPlace(), ...change }))
}

function addressOf(place: Place): string {
  return location.pathname + location.search + formatPlace(place)
}
