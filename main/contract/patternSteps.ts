import type { PatternNode } from './parsePattern.ts'

/** A pattern as places (of one character each; 0 is the start) and the steps between them: Glushkov's automaton. */
export interface Steps {
  /** For each place: those that may come next, and in how many ways. */
  readonly following: readonly ReadonlyMap<number, number>[]
  /** Groups of places that lead back to each other, with the most rounds that can be made there. */
  readonly loops: readonly { readonly places: ReadonlySet<number>; readonly most: number }[]
  readonly sameLoop: (first: number, second: number) => boolean
  /** Whether one character fits both places. */
  readonly share: (first: number, second: number) => boolean
  /** Whether one character fits this place, one of the others, and one of the rest. */
  readonly sharesAll: (place: number, others: ReadonlySet<number>, rest: ReadonlySet<number>) => boolean
}

interface Part {
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly nullable: boolean
  /** Characters it takes, where that is always the same number. */
  readonly length: number | null
}

const empty: Part = { first: [], last: [], nullable: true, length: 0 }

/** The automaton of a pattern; null where its repetitions of what may be empty multiply by themselves (`(a?){30}`). */
export function findSteps(root: PatternNode): Steps | null {
  const following: Map<number, number>[] = [new Map<number, number>()], sources: string[] = ['']
  const rounds = new Map<number, number>()
  const exploding: Part[] = []

  function connect(from: readonly number[], to: readonly number[]): void {
    for (const place of from) for (const next of to) following[place]?.set(next, (following[place].get(next) ?? 0) + 1)
  }

  function build(node: PatternNode): Part {
    switch (node.kind) {
      case 'set': {
        following.push(new Map())
        const place = sources.push(node.source) - 1
        return { first: [place], last: [place], nullable: false, length: 1 }
      }
      case 'sequence':
        return node.parts.map(build).reduce(join, empty)
      case 'choice': {
        const options = node.options.map(build), length = options[0]?.length ?? null
        return {
          first: options.flatMap(({ first }) => first),
          last: options.flatMap(({ last }) => last),
          nullable: options.some(({ nullable }) => nullable),
          length: options.every((option) => option.length === length) ? length : null,
        }
      }
      case 'repeat':
        return repeat(build(node.body), node.min, node.max)
      case 'look': {
        // It reads by itself: a start of its own, and nothing behind it.
        connect([0], build(node.body).first)
        return empty
      }
    }
  }

  function join(before: Part, after: Part): Part {
    connect(before.last, after.first)
    return {
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
      nullable: before.nullable && after.nullable,
      length: before.length === null || after.length === null ? null : before.length + after.length,
    }
  }

  function repeat(body: Part, min: number, max: number): Part {
    if (max === 0) return empty
    if (body.nullable && min > 1 && body.first.length > 0) exploding.push(body)
    const nullable = body.nullable || min === 0
    // A fixed number of rounds of a fixed length can be read in one way only: as good as one round.
    const rigid = body.length !== null && min === max
    if (max > 1 && !rigid) {
      connect(body.last, body.first)
      for (const place of body.first) rounds.set(place, Math.max(rounds.get(place) ?? 1, 1) * (body.length === null ? max : max - min + 1))
    }
    return { ...body, nullable, length: body.length !== null && min === max ? body.length * min : null }
  }

  connect([0], build(root).first)
  return exploding.length > 0 ? null : describe(following, sources, rounds)
}

function describe(following: readonly ReadonlyMap<number, number>[], sources: readonly string[], rounds: ReadonlyMap<number, number>): Steps {
  const reach = following.map((_, from) => reachedFrom(from, following))
  const sameLoop = (first: number, second: number) => (reach[first]?.has(second) ?? false) && (reach[second]?.has(first) ?? false)
  const sets = characterSets(sources)
  const loops: { places: ReadonlySet<number>; most: number }[] = []
  for (const place of following.keys()) {
    if (!sameLoop(place, place) || loops.some(({ places }) => places.has(place))) continue
    const places = new Set([...following.keys()].filter((other) => sameLoop(place, other)))
    loops.push({ places, most: [...places].reduce((most, each) => Math.max(most, rounds.get(each) ?? 1), 1) })
  }
  const union = (places: ReadonlySet<number>) => [...places].reduce((all, place) => all | (sets[place] ?? 0n), 0n)
  return {
    following,
    loops,
    sameLoop,
    share: (first, second) => ((sets[first] ?? 0n) & (sets[second] ?? 0n)) !== 0n,
    sharesAll: (place, others, rest) => ((sets[place] ?? 0n) & union(others) & union(rest)) !== 0n,
  }
}

function reachedFrom(from: number, following: readonly ReadonlyMap<number, number>[]): Set<number> {
  const open = [from], reached = new Set<number>()
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const next of following[place]?.keys() ?? []) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(next)
    }
  }
  return reached
}

/** Of each kind of character a few, so that sets which overlap are seen to: ASCII, and letters, digits, marks, spaces and signs beyond it. */
const usual = Array.from(`${String.fromCharCode(0, 9, 10, 13, ...Array.from({ length: 95 }, (_, place) => 32 + place))}éÉßжЖ中あ가عאक٣\u0301\u00a0\u3000–“€½№😀`)

/** The characters of each place as bits: of those that are usual and those that the sources name. */
function characterSets(sources: readonly string[]): bigint[] {
  const characters = [...new Set([...usual, ...sources.flatMap((source) => Array.from(source))])]
  const known = new Map<string, bigint>([['', 0n]])
  return sources.map((source) => {
    const before = known.get(source)
    if (before !== undefined) return before
    const syntax = new RegExp(`^(?:${source})$`, 'u')
    // A set of none of them (a single escaped character, say) at least overlaps with itself: it gets a bit of its own.
    const bits = characters.reduce((all, character, place) => (syntax.test(character) ? all | (1n << BigInt(place)) : all), 0n)
    const own = bits === 0n ? 1n << BigInt(characters.length + known.size) : bits
    known.set(source, own)
    return own
  })
}
