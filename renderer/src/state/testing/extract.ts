import type { Cell, Run, RunItem } from '../../../../main/contract/domains/extraction.ts'
import type { StoredTemplate, Template } from '../../../../main/contract/domains/template.ts'
import type { Client } from '../../transport/Connection.svelte.ts'
import { newTemplate } from '../newTemplate.ts'
import type { DraftStorage } from '../keptDrafts.ts'

type Routes<T> = { [K in keyof T]?: T[K] extends (...input: never[]) => unknown ? (...input: Parameters<T[K]>) => unknown : never }

/** A client of which only these routes may be called. */
export function extractClient(routes: { templates?: Routes<Client['templates']>; runs?: Routes<Client['runs']>; images?: Routes<Client['images']> }): Client {
  return routes as unknown as Client
}

/** The browser's storage, in memory. */
export function storageOf(kept: Map<string, string> = new Map()): DraftStorage {
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

export function templateOf(change: Partial<Template> = {}): Template {
  const common = { label: '', required: false, hint: '', example: '' }
  const money = (name: string) => ({ ...common, type: 'money' as const, name, min: null, max: null, currency: null })
  return {
    ...newTemplate(),
    title: 'Invoice',
    fields: [
      { ...common, type: 'text', name: 'vendor', label: 'Vendor', maxLength: 120, pattern: null, checksum: null },
      { ...common, type: 'date', name: 'day', earliest: null, latest: null },
      { ...common, type: 'table', name: 'items', columns: [{ ...common, type: 'number', name: 'count', min: null, max: null, decimals: null }, money('price'), money('amount')], maxRows: 30 },
      money('total'),
    ],
    rules: [
      { type: 'sum', parts: ['items.amount'], total: 'total', tolerance: 0.01 },
      { type: 'product', factors: ['items.count', 'items.price'], product: 'items.amount', tolerance: 0.01 },
    ],
    ...change,
  }
}

export function storedOf(change: Partial<StoredTemplate> = {}): StoredTemplate {
  return { id: 't1', origin: 'own', version: 1, template: templateOf(), updatedAt: 0, translations: {}, ...change }
}

export function runOf(change: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    name: 'October',
    templateId: 't1',
    templateVersion: 1,
    template: templateOf(),
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

export function itemOf(number: number, change: Partial<RunItem> = {}): RunItem {
  return { id: `i${number}`, runId: 'r1', position: number, name: `${number}.png`, page: null, state: 'waiting', attempts: 0, error: null, recordId: null, ...change }
}

export function cellOf(value: string): Cell {
  return { content: { kind: 'one', reading: { value, printed: null, confidence: 1 } }, confidence: 1, status: 'ok', checks: [], region: null }
}
