/** How one axis of a page is to be covered. Pixels. */
export interface Axis {
  /** Of the page. */
  readonly length: number
  /** The print, with a margin. */
  readonly from: number
  readonly to: number
  /** Stretches of the axis that are printed on, letter by letter. */
  readonly stretches: readonly { readonly from: number; readonly to: number }[]
  /** What neighbouring crops must share at least. */
  readonly overlap: number
  readonly lineHeight: number
}

/** How many places along an axis are considered. */
const PLACES = 400

/** How many crops of `side` cover the print. */
export function cropsNeeded({ from, to, overlap }: Axis, side: number): number {
  return to - from <= side ? 1 : Math.ceil((to - from - overlap) / (side - overlap))
}

/** The smallest side with which `count` crops cover the print. */
export function sideNeeded({ from, to, overlap }: Axis, count: number): number {
  return Math.ceil((to - from + (count - 1) * overlap) / count)
}

/**
 * Where the crops begin, so that they cover the print, overlap enough, and their edges run through white space, best in its
 * middle, wherever there is any in reach; apart from that, evenly. The cheapest way through all places, crop by crop.
 */
export function placeCuts(axis: Axis, side: number): number[] {
  const count = cropsNeeded(axis, side)
  const last = Math.max(0, axis.length - side)
  const [first, final] = [Math.min(axis.from, last), Math.max(Math.min(axis.from, last), Math.min(last, axis.to - side))]
  // A page's own margin of no more than a line is not worth cutting off, but where crops that begin with it would share too little.
  const [wideFirst, wideFinal] = [axis.from < axis.lineHeight ? 0 : first, axis.to > axis.length - axis.lineHeight ? last : final]
  const reaches = wideFinal - wideFirst <= (count - 1) * (side - axis.overlap)
  const [begin, end] = reaches ? [wideFirst, wideFinal] : [first, final]
  const even = Array.from({ length: count }, (_, crop) => Math.round(count === 1 ? Math.min(last, Math.max(0, (axis.from + axis.to - side) / 2)) : begin + ((end - begin) * crop) / (count - 1)))
  const places = candidates(last, [...even, begin, end])
  const price = edgePrices(axis)
  const costs = (place: number, crop: number) => price(place) + price(place + side) + 0.2 * ((place - (even[crop] ?? 0)) / side) ** 2
  let ways = places.map((place) => ({ cost: place <= axis.from ? costs(place, 0) : Infinity, starts: [place] }))
  for (let crop = 1; crop < count; crop++) {
    const before = ways
    ways = places.map((place) => {
      const best = cheapest(before, places, place, side - axis.overlap)
      return { cost: best.cost + costs(place, crop), starts: [...best.starts, place] }
    })
  }
  const whole = ways.filter(({ starts }) => (starts.at(-1) ?? 0) + side >= Math.min(axis.to, axis.length))
  const best = whole.reduce((one, other) => (other.cost < one.cost ? other : one), { cost: Infinity, starts: even })
  return best.starts
}

interface Way {
  readonly cost: number
  readonly starts: number[]
}

function cheapest(ways: readonly Way[], places: readonly number[], place: number, reach: number): Way {
  let best: Way = { cost: Infinity, starts: [] }
  places.forEach((before, index) => {
    const way = ways[index]
    if (way !== undefined && before < place && before + reach >= place && way.cost < best.cost) best = way
  })
  return best
}

function candidates(last: number, more: readonly number[]): number[] {
  const step = Math.max(1, Math.ceil(last / PLACES))
  const steps = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step)
  return [...new Set([...steps, ...more])].filter((place) => place >= 0 && place <= last).sort((one, other) => one - other)
}

/** What an edge at a place costs: more than 1 where it cuts letters, else from 0 (far from print, or the page's edge) to 0.5 (beside it). */
function edgePrices({ length, stretches, lineHeight }: Axis): (place: number) => number {
  const cut = new Float64Array(length + 2)
  for (const { from, to } of stretches) {
    const [first, behind] = [Math.max(0, Math.floor(from) + 1), Math.max(0, Math.min(length, Math.ceil(to)))]
    if (first >= behind) continue
    cut[first] = (cut[first] ?? 0) + 1
    cut[behind] = (cut[behind] ?? 0) - 1
  }
  for (let place = 1; place <= length; place++) cut[place] = (cut[place] ?? 0) + (cut[place - 1] ?? 0)
  const most = cut.reduce((one, other) => Math.max(one, other), 1)
  const white = distances(cut)
  const enough = Math.max(1, lineHeight / 2)
  return (place) => {
    if (place <= 0 || place >= length) return 0
    const letters = cut[place] ?? 0
    return letters > 0 ? 1 + letters / most : 0.5 * (1 - Math.min(1, (white[place] ?? 0) / enough))
  }
}

/** How far each place is from the nearest one that has letters. */
function distances(cut: Float64Array): Float64Array {
  const far = new Float64Array(cut.length).fill(cut.length)
  const spread = (from: number, step: number) => {
    let distance = cut.length
    for (let place = from; place >= 0 && place < cut.length; place += step) {
      distance = (cut[place] ?? 0) > 0 ? 0 : distance + 1
      far[place] = Math.min(far[place] ?? 0, distance)
    }
  }
  spread(0, 1)
  spread(cut.length - 1, -1)
  return far
}
