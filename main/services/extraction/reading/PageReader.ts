import type { Cell, Region } from '../../../contract/domains/extraction.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { Engine } from '../../../engine/client/Engine.ts'
import { Notifier } from '../../../platform/Notifier.ts'
import { Turns } from '../../../platform/Turns.ts'
import type { PageReader, ReadEvent, ReadRequest, RegionPlanner } from '../ports.ts'
import { checkCells } from './checks/checkCells.ts'
import { readPage } from './readPage.ts'
import type { PageQuestion } from './readPage.ts'
import type { TemplateOf } from './preparePrompt.ts'

export interface PageReaderOptions {
  readonly templateOf: TemplateOf
  /** Without one every page is read as a whole, and requests must name no regions. */
  readonly regions?: RegionPlanner
}

type Read = (question: Omit<PageQuestion, 'onProgress' | 'onCell'>) => Promise<Record<string, Cell>>

/** Reads pages with the engine's model. */
export function createPageReader(engine: Engine, { templateOf, regions: planner }: PageReaderOptions): PageReader {
  const turns = new Turns()

  async function readRequest(request: ReadRequest, read: Read, signal: AbortSignal): Promise<{ cells: Record<string, Cell>; smallPrint: boolean }> {
    const fields = request.template.fields.filter(({ name }) => request.only === null || request.only.includes(name))
    const common = { engine, turns, templateOf, request, fields }
    const [page] = request.pages
    const plan = await planOf(request, planner, signal)
    if (planner === undefined || page === undefined || plan.regions.length === 0) {
      return { cells: await read({ ...common, images: request.pages.map(({ source }) => source), conversation: request.conversation }), smallPrint: plan.tooSmall }
    }
    const readings: { region: Region; cells: Record<string, Cell> }[] = []
    for (const [index, region] of plan.regions.entries()) {
      const cells = await read({ ...common, images: [planner.crop(page, region).source], conversation: `${request.conversation} part ${index}` })
      readings.push({ region, cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, { ...cell, region }])) })
    }
    const [only] = readings
    const cells = readings.length === 1 && only !== undefined ? only.cells : planner.merge({ ...request.template, fields }, readings)
    return { cells, smallPrint: plan.tooSmall }
  }

  return {
    async *read(request, signal) {
      const events: ReadEvent[] = []
      const changed = new Notifier()
      const leaving = new AbortController()
      const ends = AbortSignal.any([signal, leaving.signal])
      const tell = (event: ReadEvent) => {
        events.push(event)
        changed.notify()
      }
      const state = { isOver: false }
      const read: Read = async (question) => await readPage({ ...question, onProgress: (fraction) => tell({ type: 'progress', fraction }), onCell: (field, cell) => tell({ type: 'cell', name: field.name, cell: checkCells({ fields: [field], rules: [] }, { [field.name]: cell }, request.threshold)[field.name] ?? cell }) }, ends)
      const perform = async () => {
        try {
          return await readRequest(request, read, ends)
        } catch (error) {
          if (ends.aborted) throw new AppError('ABORTED', {}, { cause: error })
          throw error
        } finally {
          state.isOver = true
          changed.notify()
        }
      }
      const work = perform()
      work.catch(() => undefined) // Awaited below.
      try {
        for (;;) {
          const event = events.shift()
          if (event !== undefined) yield event
          else if (state.isOver) break
          else await changed.next()
        }
        const { cells, smallPrint } = await work
        yield { type: 'end', cells: checkCells(request.template, cells, request.threshold), smallPrint }
      } finally {
        leaving.abort()
        await work.catch(() => undefined)
      }
    },
  }
}

async function planOf({ regions, pages }: ReadRequest, planner: RegionPlanner | undefined, signal: AbortSignal): Promise<{ regions: readonly Region[]; tooSmall: boolean }> {
  if (regions.length > 0 && (planner === undefined || pages.length !== 1)) throw new Error('Regions need a planner and one page')
  const [page] = pages
  if (regions.length > 0 || planner === undefined || pages.length !== 1 || page === undefined) return { regions, tooSmall: false }
  return await planner.regionsFor(page, signal)
}
