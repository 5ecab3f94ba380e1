import type { Cell, CellContent, ExtractionRecord, Run, Scalar } from '../../../../main/contract/domains/extraction.ts'
import { template, type TemplateInput } from '../../../../main/contract/domains/template.ts'
import type { Client } from '../../transport/Connection.svelte.ts'

type Routes = { [K in keyof Client['runs']]?: (...input: Parameters<Client['runs'][K]>) => unknown }

/** A client of which only these routes of runs may be called. */
export function runsClientOf(runs: Routes): Client {
  return { runs } as unknown as Client
}

export function cellOf(value: Scalar, change: Partial<Cell> = {}): Cell {
  return { content: { kind: 'one', reading: { value, printed: value === null ? null : String(value), confidence: 0.99 } }, confidence: 0.99, status: 'ok', checks: [], region: null, ...change }
}

export function edited(value: Scalar): { state: 'edited'; content: CellContent } {
  return { state: 'edited', content: { kind: 'one', reading: { value, printed: value === null ? null : String(value), confidence: 1 } } }
}

export function recordOf(id: string, cells: Readonly<Record<string, Cell>>, change: Partial<ExtractionRecord> = {}): ExtractionRecord {
  return {
    id,
    runId: 'run',
    itemId: `item-${id}`,
    cells,
    reviews: {},
    smallPrint: false,
    provenance: {
      app: '0.2.0',
      model: { name: 'demo-llava', sha256: null, parts: [] },
      projector: null,
      adapters: [],
      conversation: 'vicuna_v1',
      locale: 'en',
      template: { id: 't', version: 1, sha256: 'a'.repeat(64) },
      mode: 'fields',
      temperature: 0,
      seed: 1,
      source: { sha256: 'b'.repeat(64), name: `${id}.png`, page: 1, pages: 1 },
      at: 0,
    },
    ...change,
  }
}

export function runOf(fields: TemplateInput['fields'], change: Partial<Run> = {}): Run {
  return {
    id: 'run',
    name: 'Receipts',
    templateId: 't',
    templateVersion: 1,
    template: template.parse({ format: 'llava-desk-template/1', title: 'Receipt', fields }),
    mode: 'fields',
    per: 'page',
    state: 'running',
    error: null,
    watched: null,
    threshold: 0.9,
    counts: { waiting: 0, reading: 0, done: 0, failed: 0, skipped: 0 },
    toReview: 0,
    millisecondsLeft: null,
    createdAt: 0,
    ...change,
  }
}
