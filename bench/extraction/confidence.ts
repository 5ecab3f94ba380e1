import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_THRESHOLD } from '../../main/services/extraction/reading/confidence.ts'
import { demoFiles, root, startEngine } from '../engine/startEngine.ts'
import { GeneratedPages } from '../pages/GeneratedPages.ts'
import { heavyWear } from '../pages/wear.ts'
import type { Comparison } from '../speed/statistics.ts'
import { readCells, valueOf } from './readTask.ts'
import { reliabilityPlot, shareRight } from './reliability.ts'
import type { Judged } from './reliability.ts'

/** Seeds of pages that count here; no other comparison has them. */
const firstSeed = 30_000
/** What must be right of the values that nobody is asked to look at. */
const wanted = 98

/**
 * Whether confidence means something: of `pages` pages (400 unless more are asked for) with blur and noise that make the demo model err,
 * the share of values above the default threshold that is right, beside what is asked for. Plots predicted against observed for both modes
 * (bench/results/reliability-*.svg, with all values as JSON beside it).
 */
export async function compareConfidence({ threads, pages: count }: { threads: number; pages: number }): Promise<Comparison[]> {
  const pages = new GeneratedPages()
  const engine = await startEngine(demoFiles, { threads, contextSize: 2048 })
  const judged: Record<'fields' | 'whole', Judged[]> = { fields: [], whole: [] }
  try {
    for (let index = 0; index < Math.max(400, count); index++) {
      const task = await pages.make(firstSeed + index, heavyWear)
      for (const mode of ['fields', 'whole'] as const) {
        const cells = await readCells(engine, task, mode, DEFAULT_THRESHOLD)
        for (const [name, cell] of Object.entries(cells)) judged[mode].push({ confidence: cell.confidence, isRight: valueOf(cell) === task.truth[name] })
      }
    }
  } finally {
    await engine.stop()
    pages.dispose()
  }
  return (['fields', 'whole'] as const).map((mode) => report(mode, judged[mode]))
}

function report(mode: 'fields' | 'whole', judged: readonly Judged[]): Comparison {
  const how = mode === 'fields' ? 'by field' : 'as whole records'
  const sure = judged.filter(({ confidence }) => confidence >= DEFAULT_THRESHOLD)
  console.log(`  ${how}: ${judged.length} values, ${(100 * shareRight(judged)).toFixed(1)} % right; ${sure.length} above ${DEFAULT_THRESHOLD}, ${sure.filter(({ isRight }) => !isRight).length} of them wrong`)
  const base = join(root, 'bench', 'results', `reliability-${mode}`)
  mkdirSync(join(root, 'bench', 'results'), { recursive: true })
  writeFileSync(`${base}.svg`, reliabilityPlot(judged, DEFAULT_THRESHOLD, `Values read ${how}: predicted and observed`))
  writeFileSync(`${base}.json`, JSON.stringify(judged))
  console.log(`  written to ${base}.svg`)
  return { what: `right of ${sure.length} values above the threshold (of ${judged.length}), ${how}`, unit: '%', peer: 'wanted', kind: 'rate', ours: [100 * shareRight(sure)], theirs: [wanted] }
}
