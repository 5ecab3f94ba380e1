/** What the page shows: a chat, and whether the Models page lies over it. Stands in the address, so a reload keeps it. */
export interface Place {
  /** Null: a chat without its first question. */
  readonly chatId: string | null
  readonly models: boolean
}

/** Reads the part of an address behind `#`: `/<chat id>`, and `?models` behind it. What is malformed leads to the empty chat. */
export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?')
  return { chatId: decode(path), models: query === 'models' }
}

/** The part of an address that `parsePlace` reads; empty for the empty chat. */
export function formatPlace({ chatId, models }: Place): string {
  if (chatId === null && !models) return ''
  return `#/${chatId === null ? '' : encodeURIComponent(chatId)}${models ? '?models' : ''}`
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
