import { template } from '../../../../contract/domains/template.ts'
import type { Template, TemplateInput } from '../../../../contract/domains/template.ts'
import type { DocumentPage, PageReader, ReadEvent, ReadRequest } from '../../ports.ts'

/** A template with nothing but these fields; by their names alone they are texts. */
export function templateOf(fields: readonly (string | TemplateInput['fields'][number])[], more: Partial<TemplateInput> = {}): Template {
  return template.parse({ format: 'llava-desk-template/1', title: 'Test', fields: fields.map((field) => (typeof field === 'string' ? { name: field, type: 'text' } : field)), ...more })
}

/** A page from a PPM file that outlives the test. */
export function pageOf(key: string, path: string): DocumentPage {
  return { number: 1, width: 336, height: 336, text: null, source: { key, name: key, prepare: () => Promise.resolve({ path, dispose: () => Promise.resolve() }) } }
}

let conversations = 0

export function requestFor(page: DocumentPage, template: Template, more: Partial<ReadRequest> = {}): ReadRequest {
  return { conversation: `test ${++conversations}`, pages: [page], template, mode: 'fields', locale: 'en', threshold: 0.5, regions: [], only: null, priority: 'batch', ...more }
}

/** All events of a reading; its end by itself. */
export async function readAll(reader: PageReader, request: ReadRequest, signal: AbortSignal = new AbortController().signal): Promise<{ events: ReadEvent[]; end: Extract<ReadEvent, { type: 'end' }> }> {
  const events: ReadEvent[] = []
  for await (const event of reader.read(request, signal)) events.push(event)
  const end = events.at(-1)
  if (end?.type !== 'end') throw new Error('a reading ends with its end')
  return { events, end }
}

/** Values by names, of fields with one value each. */
export function valuesOf(cells: Extract<ReadEvent, { type: 'end' }>['cells']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).map(([name, { content }]) => [name, content.kind === 'one' ? content.reading.value : content]))
}
