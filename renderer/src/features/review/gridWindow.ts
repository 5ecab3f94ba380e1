/** Rows drawn beyond the edges of the view, so that scrolling shows no gap. */
const spare = 6

/** Which rows of a long table are drawn: those in view and a few around them, and the one that has the focus wherever it is. Sorted. */
export function rowsDrawn(count: number, rowHeight: number, scrollTop: number, viewHeight: number, kept: number): readonly number[] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare), last = Math.min(count - 1, Math.ceil((scrollTop + viewHeight) / rowHeight) + spare)
  const drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  if (kept < 0 || kept >= count || (kept >= first && kept <= last)) return drawn
  return kept < first ? [kept, ...drawn] : [...drawn, kept]
}

/** Where a view of `room` must be scrolled to show what lies from `start` to `end`; `covered` of its beginning lies under something. */
export function scrolledTo(now: number, room: number, covered: number, start: number, end: number): number {
  if (start < now + covered) return Math.max(0, start - covered)
  return end > now + room ? Math.max(0, Math.min(start - covered, end - room)) : now
}

/** Where a key leads in a grid of rows and columns (column 0: the row's header); null for keys that lead nowhere. */
export function gridStep(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>, at: { readonly row: number; readonly column: number }, rows: number, columns: number, page: number): { readonly row: number; readonly column: number } | null {
  if (event.altKey || event.shiftKey) return null
  const far = event.ctrlKey || event.metaKey
  const to = {
    ArrowDown: { ...at, row: far ? rows - 1 : at.row + 1 },
    ArrowUp: { ...at, row: far ? 0 : at.row - 1 },
    ArrowRight: { ...at, column: far ? columns - 1 : at.column + 1 },
    ArrowLeft: { ...at, column: far ? 0 : at.column - 1 },
    Home: { row: far ? 0 : at.row, column: 0 },
    End: { row: far ? rows - 1 : at.row, column: columns - 1 },
    PageDown: { ...at, row: at.row + page },
    PageUp: { ...at, row: at.row - page },
  }[event.key]
  if (to === undefined) return null
  return { row: Math.max(0, Math.min(rows - 1, to.row)), column: Math.max(0, Math.min(columns - 1, to.column)) }
}
