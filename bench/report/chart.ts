import type { Comparison } from '../speed/statistics.ts'
import { median, ratioText } from '../speed/statistics.ts'

const [width, rowHeight, labelWidth, figureWidth] = [1080, 26, 570, 80]
/** Ratios beyond these end at the edge. */
const [least, most] = [1 / 16, 16]
const colours = { better: '#2e7d32', worse: '#c62828' } as const

/**
 * The ratios as an SVG picture: a bar per comparison from the line where both sides are equal, on a logarithmic scale, green
 * where ours does better. Comparisons in which a difference counts have no ratio and are left out.
 */
export function ratioChart(comparisons: readonly Comparison[]): string {
  const rows = comparisons.filter(({ kind }) => kind !== 'cost')
  const height = (rows.length + 1) * rowHeight + 10
  const plot = width - labelWidth - figureWidth
  const x = (ratio: number): number => labelWidth + (plot * Math.log(Math.min(most, Math.max(least, ratio)) / least)) / Math.log(most / least)
  const ticks = [1 / 16, 1 / 4, 1, 4, 16].map((ratio) => {
    const line = `<line x1="${x(ratio).toFixed(1)}" x2="${x(ratio).toFixed(1)}" y1="${rowHeight}" y2="${height - 10}" stroke="${ratio === 1 ? '#555' : '#ddd'}"/>`
    return `${line}<text x="${x(ratio).toFixed(1)}" y="17" text-anchor="middle">${ratio}x</text>`
  })
  const bars = rows.map(({ what, peer, ours, theirs, kind }, i) => {
    const ratio = median(ours) / median(theirs)
    const better = kind === 'rate' ? ratio >= 1 : ratio <= 1
    const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))]
    const y = (i + 1) * rowHeight + 5
    return [
      `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${escape(`${what} / ${peer}`)}</text>`,
      `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1, to - from).toFixed(1)}" height="${rowHeight - 10}" fill="${better ? colours.better : colours.worse}"/>`,
      `<text x="${width - figureWidth + 8}" y="${y + 13}">${ratioText(ratio)}</text>`,
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...ticks,
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
