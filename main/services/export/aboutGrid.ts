import type { Provenance } from '../../contract/domains/extraction.ts'
import type { ExportInput } from './exportInput.ts'
import type { Grid, Value } from './grid.ts'
import { adapterHashes, adapterNames, modelHash } from './originTexts.ts'
import type { wordsOf } from './words.ts'

/** What a run was, for the workbook's last sheet. `written`: how many records the file holds. */
export function aboutGrid({ run, records }: ExportInput, written: number, words: ReturnType<typeof wordsOf>): Grid {
  const origins = records.map(({ provenance }) => provenance)
  const rows: (readonly [string, Value])[] = [
    [words.run, text(run.name)],
    [words.templateTitle, text(run.template.title)],
    [words.template, text(run.templateId)],
    [words.templateVersion, count(run.templateVersion)],
    [words.mode, text(words.modes[run.mode])],
    [words.per, text(words.pers[run.per])],
    [words.threshold, { type: 'share', value: run.threshold }],
    [words.records, count(written)],
    [words.leftOut, count(records.length - written)],
    ...distinct(origins, ({ model }) => model.name).map((name): [string, Value] => [words.model, text(name)]),
    ...distinct(origins, ({ model }) => modelHash(model)).map((sha256): [string, Value] => [words.modelSha256, text(sha256)]),
    ...distinct(origins, ({ projector }) => projector?.name ?? null).map((name): [string, Value] => [words.projector, text(name)]),
    ...distinct(origins, ({ projector }) => projector?.sha256 ?? null).map((sha256): [string, Value] => [words.projectorSha256, text(sha256)]),
    ...distinct(origins, adapterNames).map((names): [string, Value] => [words.adapters, text(names)]),
    ...distinct(origins, adapterHashes).map((sha256): [string, Value] => [words.adaptersSha256, text(sha256)]),
    ...distinct(origins, ({ conversation }) => conversation).map((conversation): [string, Value] => [words.conversation, text(conversation)]),
    ...distinct(origins, ({ locale }) => locale).map((locale): [string, Value] => [words.locale, text(locale)]),
    ...distinct(origins, ({ temperature }) => temperature).map((temperature): [string, Value] => [words.temperature, count(temperature)]),
    ...distinct(origins, ({ seed }) => seed).map((seed): [string, Value] => [words.seed, count(seed)]),
    ...distinct(origins, ({ app }) => app).map((app): [string, Value] => [words.app, text(app)]),
  ]
  return { title: words.about, headers: [words.what, words.value], rows: rows.map(([what, value]) => [text(what), value]) }
}

/** Each value once, in the order of the records. */
function distinct<T>(origins: readonly Provenance[], of: (origin: Provenance) => T | null): T[] {
  return [...new Set(origins.map(of))].filter((value) => value !== null)
}

const text = (written: string): Value => (written === '' ? { type: 'nothing' } : { type: 'text', text: written })
const count = (value: number): Value => ({ type: 'number', value, decimals: null })
