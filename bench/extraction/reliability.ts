/** A value that was read, how likely right it was held for, and whether it is. */
export interface Judged {
  readonly confidence: number
  readonly isRight: boolean
}

/** Values of about the same confidence. */
interface Bin {
  readonly predicted: number
  readonly observed: number
  readonly count: number
}

/** At most ten bins with as many values each, from the least sure on; equal confidences may stand in two. */
export function binsOf(judged: readonly Judged[]): Bin[] {
  const sorted = [...judged].sort((a, b) => a.confidence - b.confidence)
  const size = Math.ceil(sorted.length / 10)
  const bins: Bin[] = []
  for (let from = 0; from < sorted.length; from += size) {
    const part = sorted.slice(from, from + size)
    bins.push({ predicted: part.reduce((sum, { confidence }) => sum + confidence, 0) / part.length, observed: shareRight(part), count: part.length })
  }
  return bins
}

/** 0..1; 1 of nothing. */
export function shareRight(judged: readonly Judged[]): number {
  return judged.length === 0 ? 1 : judged.filter(({ isRight }) => isRight).length / judged.length
}

const [side, margin] = [420, 60]

/** A picture (SVG) of predicted against observed: a dot for each bin, on the dashed line where confidence tells the truth; the threshold upright. */
export function reliabilityPlot(judged: readonly Judged[], threshold: number, title: string): string {
  const x = (share: number): string => (margin + side * share).toFixed(1)
  const y = (share: number): string => (margin + side * (1 - share)).toFixed(1)
  const line = (x1: number, y1: number, x2: number, y2: number, style: string): string => `<line x1="${x(x1)}" y1="${y(y1)}" x2="${x(x2)}" y2="${y(y2)}" ${style}/>`
  const bins = binsOf(judged)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => `${line(0, share, 1, share, 'stroke="#ddd"')}<text x="${margin - 8}" y="${y(share)}" text-anchor="end" dy="4">${share}</text><text x="${x(share)}" y="${margin + side + 18}" text-anchor="middle">${share}</text>`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side + 2 * margin}" height="${side + 2 * margin}" viewBox="0 0 ${side + 2 * margin} ${side + 2 * margin}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${margin}" y="30" font-size="14">${title}</text>`,
    ...ticks,
    line(0, 0, 1, 1, 'stroke="#888" stroke-dasharray="4 4"'),
    line(threshold, 0, threshold, 1, 'stroke="#c62828"'),
    `<polyline fill="none" stroke="#2e7d32" points="${bins.map(({ predicted, observed }) => `${x(predicted)},${y(observed)}`).join(' ')}"/>`,
    ...bins.map(({ predicted, observed, count }) => `<circle cx="${x(predicted)}" cy="${y(observed)}" r="5" fill="#2e7d32"><title>${count} values</title></circle>`),
    `<text x="${margin + side / 2}" y="${margin + side + 40}" text-anchor="middle">predicted</text>`,
    `<text transform="translate(18 ${margin + side / 2}) rotate(-90)" text-anchor="middle">observed</text>`,
    '</svg>',
    '',
  ].join('\n')
}
