import type { Point, Size } from '../../ui/pageZoom.ts'

/** How pages of one size were last looked at: fitted in (null), or enlarged with a place of them in the middle. */
export type KeptZoom = { readonly scale: number; readonly centre: Point } | null

const key = 'llava-desk.page-zoom'
/** Page sizes remembered. */
const most = 24

type Kept = Record<string, [scale: number, x: number, y: number] | null>

/** How pages of this size were last looked at here; null where that is not known. */
export function keptZoom(page: Size, storage: Pick<Storage, 'getItem'> = localStorage): KeptZoom {
  const kept = read(storage)[sizeOf(page)]
  return kept === undefined || kept === null ? null : { scale: kept[0], centre: { x: kept[1], y: kept[2] } }
}

/** Remembers how pages of this size are looked at, in place of what was looked at longest ago. */
export function keepZoom(page: Size, zoom: KeptZoom, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): void {
  const size = sizeOf(page)
  const others = Object.entries(read(storage)).filter(([other]) => other !== size)
  const entry = zoom === null ? null : [zoom.scale, zoom.centre.x, zoom.centre.y]
  storage.setItem(key, JSON.stringify(Object.fromEntries([...others.slice(1 - most), [size, entry]])))
}

function sizeOf({ width, height }: Size): string {
  return `${width}x${height}`
}

function isUsable(zoom: unknown): zoom is Kept[string] {
  return zoom === null || (Array.isArray(zoom) && zoom.length === 3 && zoom.every(Number.isFinite))
}

/** What stands there and can be used; it is only a convenience, so anything else counts as nothing. */
function read(storage: Pick<Storage, 'getItem'>): Kept {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    return Object.fromEntries(Object.entries<unknown>({ ...kept }).filter((entry): entry is [string, Kept[string]] => isUsable(entry[1])))
  } catch {
    return {}
  }
}
