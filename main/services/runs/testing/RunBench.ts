import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Run } from '../../../contract/domains/extraction.ts'
import { template } from '../../../contract/domains/template.ts'
import type { StoredTemplate } from '../../../contract/domains/template.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Clock } from '../../../platform/clock.ts'
import { createLogger } from '../../../platform/log.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { Store } from '../../../storage/Store.ts'
import { createRuns } from '../createRuns.ts'
import type { RunServices } from '../createRuns.ts'
import type { RecordOrigin, RunExporter, RunPorts } from '../RunPorts.ts'
import { fakeDocuments } from './fakeDocuments.ts'
import { FakeReader } from './FakeReader.ts'

export const testTemplate: StoredTemplate = {
  id: 'test',
  origin: 'own',
  version: 3,
  template: template.parse({ format: 'llava-desk-template/1', title: 'Test', fields: [{ name: 'text', type: 'text' }, { name: 'total', type: 'money' }] }),
  updatedAt: 0,
  translations: {},
}

export const testOrigin: RecordOrigin = { app: '0.0.0', model: { name: 'test', sha256: null, parts: [] }, projector: null, adapters: [], conversation: 'vicuna_v1', temperature: 0, seed: 0 }

/** Hands out what it was given, so that a test can look at it. */
export const plainExporter: RunExporter = {
  export: (run, records, options) => Promise.resolve({ file: new Blob([JSON.stringify([...records])]), name: `${run.name}.${options.format}` }),
}

/** The services of runs on a real data folder, with a reader that follows a script. */
export class RunBench {
  readonly root: string
  readonly store: Store
  readonly reader = new FakeReader()
  readonly documents = fakeDocuments()
  readonly logged: string[] = []
  readonly services: RunServices
  origin: RecordOrigin = testOrigin
  /** How often the engine was asked to start anew. */
  revived = 0

  constructor(root: string, more: Partial<RunPorts> & { readonly clock?: Clock } = {}) {
    this.root = root
    this.store = new Store(dataPaths(join(root, 'data')))
    this.services = createRuns({
      store: this.store,
      reader: this.reader,
      documents: this.documents,
      templates: { get: () => testTemplate },
      origin: () => this.origin,
      engine: { retry: () => (this.revived += 1) },
      exporter: plainExporter,
      locale: () => 'en',
      defaultThreshold: 0.8,
      logger: createLogger([(line) => this.logged.push(line)], 'debug'),
      clock: systemClock,
      ...more,
    })
  }

  /** Writes a file into the folder of inputs and returns its path. */
  file(name: string, content: string): string {
    const path = join(this.root, 'in', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  get folder(): string {
    const path = join(this.root, 'in')
    mkdirSync(path, { recursive: true })
    return path
  }

  /** A run with these files. */
  async run(paths: readonly string[], more: { per?: Run['per']; pages?: string; isOwn?: boolean } = {}): Promise<string> {
    const { id } = await this.services.runs.create({ templateId: 'test', per: more.per ?? 'page', isOwn: more.isOwn ?? false })
    if (paths.length > 0) await this.services.files.addPaths(id, paths, more.pages)
    return id
  }

  /** Items as "name page state code", in the order of the queue. */
  lines(id: string): string[] {
    return this.services.runs.items(id, 0, 1000).items.map(({ name, page, state, error }) => [name, page, state, error?.code].filter((part) => part != null).join(' '))
  }

  texts(id: string): unknown[] {
    return this.services.records.list(id, 0, 1000).records.map(({ cells }) => (cells['text']?.content.kind === 'one' ? cells['text'].content.reading.value : null))
  }

  async dispose(): Promise<void> {
    await this.services.dispose()
    this.store.dispose()
  }
}
