import * as z from 'zod'
import type { Keywords } from './Keywords.ts'

/** Label, hint and example of a member. Of several examples, the first is the example; the rest goes into the hint. */
export function words(keywords: Keywords, own: Keywords, more: readonly string[] = []): { label: string; hint: string; example: string } {
  const [first, ...others] = (keywords.take('examples', z.array(z.union([z.string(), z.number(), z.boolean()]))) ?? []).map(String)
  const description = keywords.take('description', z.string())
  const hint = [...(description === undefined ? [] : [description]), ...more, ...(others.length === 0 ? [] : [`For example: ${others.join(', ')}`])]
  return { label: keywords.take('title', z.string()) ?? '', hint: hint.join(' '), example: own.take('example', z.string()) ?? first ?? '' }
}
