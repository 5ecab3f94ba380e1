import type { ExportOptions, ExtractionRecord } from '../../contract/domains/extraction.ts'
import type { ExportInput } from './exportInput.ts'
import type { Value } from './grid.ts'
import { adapterHashes, adapterNames, modelHash } from './originTexts.ts'
import { wordsOf } from './words.ts'

/** The columns that say where a row comes from and what made it. The time stands only among the details: a run made again has another. */
export function provenanceColumns(run: ExportInput['run'], { locale, details }: Pick<ExportOptions, 'locale' | 'details'>): { headers: readonly string[]; values: (record: ExtractionRecord) => readonly Value[] } {
  const words = wordsOf(locale)
  const headers = [
    words.file, words.page, words.pages, words.sha256, words.model, words.modelSha256, words.projector, words.projectorSha256,
    words.adapters, words.adaptersSha256, words.conversation, words.locale, words.template, words.templateVersion, words.mode, words.temperature, words.seed, words.app,
  ]
  const values = ({ provenance: { app, model, projector, adapters, conversation, locale, template, mode, temperature, seed, source, at } }: ExtractionRecord): Value[] => [
    text(source.name),
    // A record of a file is of those of its pages that were chosen.
    run.per === 'page' ? count(source.page) : text(source.allPages?.join(', ') ?? null),
    count(source.pages),
    text(source.sha256),
    text(model.name),
    text(modelHash(model)),
    text(projector?.name ?? null),
    text(projector?.sha256 ?? null),
    text(adapterNames({ adapters })),
    text(adapterHashes({ adapters })),
    text(conversation),
    text(locale),
    text(template.id),
    count(template.version),
    text(words.modes[mode]),
    count(temperature),
    count(seed),
    text(app),
    ...(details ? [text(new Date(at).toISOString())] : []),
  ]
  return { headers: details ? [...headers, words.at] : headers, values }
}

const text = (written: string | null): Value => (written === null || written === '' ? { type: 'nothing' } : { type: 'text', text: written })
const count = (value: number): Value => ({ type: 'number', value, decimals: null })
