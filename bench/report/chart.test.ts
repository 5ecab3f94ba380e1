import { expect, it } from 'vitest'
import { ratioChart } from './chart.ts'

const base = { unit: 'ms', peer: 'them' } as const
const bars = (svg: string): { width: number; fill: string }[] =>
  [...svg.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)" height="\d+" fill="(#\w+)"/g)].map(([, width, fill]) => ({ width: Number(width), fill: fill! }))

it('draws ratios from the line of equality, as far for a half as for a double, in the colour of who does better', () => {
  const svg = ratioChart([
    { ...base, what: 'a time halved', kind: 'time', ours: [1], theirs: [2] },
    { ...base, what: 'a time doubled', kind: 'time', ours: [4], theirs: [2] },
    { ...base, what: 'a rate doubled', kind: 'rate', ours: [4], theirs: [2] },
    { ...base, what: 'a cost', kind: 'cost', ours: [4], theirs: [2] },
  ])
  const [halved, doubled, rate, ...more] = bars(svg)
  expect(more).toEqual([])
  expect(doubled!.width).toBe(halved!.width)
  expect(rate!.fill).toBe(halved!.fill)
  expect(doubled!.fill).not.toBe(halved!.fill)
  expect(svg).toContain('0.500x')
  expect(svg).not.toContain('a cost')
})

it('writes names as text', () => {
  expect(ratioChart([{ ...base, what: 'a < b & c', kind: 'time', ours: [1], theirs: [1] }])).toContain('a &lt; b &amp; c')
})
