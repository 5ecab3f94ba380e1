import { findSteps } from './patternSteps.ts'
import type { Steps } from './patternSteps.ts'
import { parsePattern, UnsupportedPattern } from './parsePattern.ts'

/** What is wrong with a pattern; see `templateProblems.ts` for the codes. */
export type PatternProblem =
  | { readonly code: 'patternSyntax'; readonly params: { readonly detail: string } }
  | { readonly code: 'patternUnsupported'; readonly params: { readonly what: string } }
  | { readonly code: 'patternSlow'; readonly params: Readonly<Record<string, never>> }

/** Steps that one match may take; some tens of milliseconds. */
const STEPS = 2e7
/** Places outside of loops where two ways through the pattern may meet; each may double the number of ways. */
const MEETINGS = 20
/** Pairs of places looked at before a pattern counts as too tangled to be judged. */
const PAIRS = 200_000

/**
 * What is wrong with a pattern whose whole match is looked for in values of up to `maxLength` characters; null: nothing.
 * JavaScript's regular expressions try one way after the other, and some patterns have exponentially many (`(\d+)+x`).
 * Such a pattern is found by its shape (Weber and Seidl 1991, "On the degree of ambiguity of finite automata"): a loop that can
 * read one text in two ways, or loops one behind the other that can share the same text at more places than there is time for.
 */
export function patternProblem(pattern: string, maxLength: number): PatternProblem | null {
  try {
    // Alone first: "a)(b" is two halves of a group that only the frame of a match would make whole.
    new RegExp(pattern, 'u').test('')
  } catch (error) {
    return { code: 'patternSyntax', params: { detail: (error instanceof Error ? error.message : String(error)).replace(/^.*\/u?: /u, '') } }
  }
  try {
    const steps = findSteps(parsePattern(pattern))
    return steps === null || isAmbiguous(steps) || costOf(steps, maxLength) > STEPS ? { code: 'patternSlow', params: {} } : null
  } catch (error) {
    if (error instanceof UnsupportedPattern) return { code: 'patternUnsupported', params: { what: error.message } }
    throw error
  }
}

/** Whether a loop reads one text in two ways, or too many ways meet outside of loops. */
function isAmbiguous({ following, sameLoop, share }: Steps): boolean {
  const pairs: [number, number][] = [], seen = new Set<number>(), meetings = new Set<number>()
  /** Within one loop the two ways began at one place of it and meet at another: each round doubles them. */
  const meet = (one: number, other: number, at: number): boolean => (sameLoop(one, at) && sameLoop(other, at)) || meetings.add(at).size > MEETINGS
  const add = (first: number, second: number) => {
    const [low, high] = first < second ? [first, second] : [second, first]
    const key = low * following.length + high
    if (!seen.has(key)) pairs.push([low, high])
    seen.add(key)
  }
  for (const [from, steps] of following.entries()) {
    for (const [to, ways] of steps) if (ways > 1 && meet(from, from, to)) return true
    for (const first of steps.keys()) for (const second of steps.keys()) if (first < second && share(first, second)) add(first, second)
  }
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    if (seen.size > PAIRS) return true
    const [one, other] = pair
    for (const first of following[one]?.keys() ?? []) {
      for (const second of following[other]?.keys() ?? []) {
        if (first !== second && share(first, second)) add(first, second)
        if (first === second && meet(one, other, first)) return true
      }
    }
  }
  return false
}

/** About the steps that a match which fails at the very end takes: loops that share text multiply. */
function costOf({ following, loops, sharesAll }: Steps, maxLength: number): number {
  const weights = loops.map(({ most }) => Math.min(most, maxLength))
  const all = [...loops.keys()], known = new Map<number, number>()
  const costFrom = (place: number): number => {
    const before = known.get(place)
    if (before !== undefined) return before
    const cost = (weights[place] ?? 1) * Math.max(1, ...all.filter((next) => next !== place && leadsTo(place, next)).map(costFrom))
    known.set(place, cost)
    return cost
  }
  /** Whether one text can end a round of one loop, lead to the other, and be a round there. */
  const leadsTo = (from: number, to: number): boolean => {
    const [start, end] = [loops[from], loops[to]]
    if (start === undefined || end === undefined) return false
    const open = [...start.places], reached = new Set(open)
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      for (const next of following[place]?.keys() ?? []) {
        if (reached.has(next) || !sharesAll(next, start.places, end.places)) continue
        if (end.places.has(next)) return true
        reached.add(next)
        open.push(next)
      }
    }
    return false
  }
  return Math.max(1, ...all.map(costFrom))
}
