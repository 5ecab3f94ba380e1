import { AppError } from '../../../contract/errors/AppError.ts'
import type { DocumentPage, RegionPlanner } from '../ports.ts'
import { cropPage } from './cropPage.ts'
import { greyCopy } from './greyCopy.ts'
import { HeldPixels } from './HeldPixels.ts'
import { measurePrint } from './measurePrint.ts'
import { mergeCells } from './mergeCells.ts'
import { planRegions } from './planRegions.ts'
import type { RegionPlan } from './planRegions.ts'

/** A planner that keeps the pixels of the page it saw last, for its crops. */
export interface HoldingPlanner extends RegionPlanner {
  /** Gives those pixels back. */
  dispose(): Promise<void>
}

/** What a planner is told about the model, and how long it holds pixels. */
export interface RegionPlannerOptions {
  /** Side in pixels of the square that the model sees which reads the page. What it rejects, `regionsFor` does. */
  readonly modelSide: (signal?: AbortSignal) => number | Promise<number>
  /** How long the decoded pixels of the last page are kept for its next crop. */
  readonly holdMs?: number
}

/** Plans are small; of so many pages they are kept, for retries and for one page read with several templates. */
const PLANS = 200
/** Longer than a crop takes to be asked on most machines; a page's pixels take up to 360 MB of disk meanwhile. */
const HOLD_MS = 20_000

/** A planner for the reader of pages. `regionsFor` rejects what `modelSide` does, and the errors of pictures and disk. */
export function createRegionPlanner({ modelSide, holdMs = HOLD_MS }: RegionPlannerOptions): HoldingPlanner {
  const plans = new Map<string, RegionPlan>()
  const pixels = new HeldPixels(holdMs)
  return {
    async regionsFor(page, signal) {
      const side = await modelSide(signal)
      const key = `${page.source.key} ${side}`
      const kept = plans.get(key)
      if (kept !== undefined) return kept
      const plan = await planOf(page, side, pixels, signal)
      const [oldest] = plans.keys()
      if (plans.size >= PLANS && oldest !== undefined) plans.delete(oldest)
      plans.set(key, plan)
      return plan
    },
    crop: (page, region) => cropPage(page, region, () => pixels.take(page.source)),
    merge: mergeCells,
    dispose: () => pixels.dispose(),
  }
}

async function planOf(page: DocumentPage, side: number, pixels: HeldPixels, signal: AbortSignal | undefined): Promise<RegionPlan> {
  const stop = () => {
    if (signal?.aborted === true) throw new AppError('ABORTED')
  }
  stop()
  const file = await pixels.take(page.source)
  try {
    stop()
    const copy = await greyCopy(file.path)
    stop()
    return planRegions({ width: page.width, height: page.height, print: await measurePrint(copy) }, side)
  } finally {
    await file.dispose()
  }
}
