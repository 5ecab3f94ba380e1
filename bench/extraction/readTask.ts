import { Ajv2020 } from 'ajv/dist/2020.js'
import { cell as cellSchema } from '../../main/contract/domains/extraction.ts'
import type { Cell, Scalar } from '../../main/contract/domains/extraction.ts'
import { questionOf } from '../../main/contract/questionOf.ts'
import type { Engine } from '../../main/engine/client/Engine.ts'
import { createPageReader } from '../../main/services/extraction/reading/PageReader.ts'
import { pageOf, readAll, requestFor } from '../../main/services/extraction/reading/testing/readings.ts'
import { toJsonSchema } from '../../main/services/templates/jsonSchema/toJsonSchema.ts'
import type { PageTask } from '../pages/GeneratedPages.ts'
import { mediaMarker } from '../peers/LlamaServer.ts'
import type { LlamaServer } from '../peers/LlamaServer.ts'
import { samples } from '../samples.ts'

/** What either side made of a page. */
export interface TaskReading {
  /** By the names of the template's fields; none where the answer was no JSON. */
  readonly values: Readonly<Record<string, Scalar>>
  /** Whether it can be used as it is: ours as cells of the contract, theirs as a record of the JSON Schema. */
  readonly isValid: boolean
}

const ajv = new Ajv2020({ strict: false, validateFormats: false })
/** No record here is longer. */
const maxTokens = 1024

/** Reads a page as the app does, with its default threshold. Rejects the engine's errors, and where an answer is no JSON. */
export async function readCells(engine: Engine, { key, path, template }: PageTask, mode: 'fields' | 'whole', threshold?: number): Promise<Readonly<Record<string, Cell>>> {
  const reader = createPageReader(engine, { templateOf: () => null })
  const { end } = await readAll(reader, requestFor(pageOf(key, path), template, { mode, ...(threshold === undefined ? {} : { threshold }) }))
  return end.cells
}

/**
 * The same as values. Valid are cells that the contract takes, one for each field, none cut off; a value that does not fit its field must
 * carry the check that says so, since the reader keeps what is printed even where it is no number or day.
 */
export async function readOurs(engine: Engine, task: PageTask, mode: 'fields' | 'whole'): Promise<TaskReading> {
  const cells = await readCells(engine, task, mode)
  const values = Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, valueOf(cell)]))
  const fits = ajv.compile(toJsonSchema(task.template))(values)
  const isMarked = Object.values(cells).some(({ status }) => status === 'failedCheck')
  const isWhole = task.template.fields.every(({ name }) => cellSchema.safeParse(cells[name]).success && cells[name]?.status !== 'cutOff' && cells[name]?.status !== 'repeated')
  return { values, isValid: isWhole && (fits || isMarked) }
}

/** The whole record from llama-server with the template's JSON Schema: the same question in the same words around the same picture. */
export async function readTheirs(server: LlamaServer, { encoded, template }: PageTask): Promise<TaskReading> {
  const jsonSchema = toJsonSchema(template)
  const text = samples.template.replace('{system}', samples.system).replace('<image>', mediaMarker).replace('{prompt}', questionOf(template))
  const answer = await server.complete({ text, picture: encoded, maxTokens, jsonSchema })
  const values = parsed(answer.text)
  return { values: values ?? {}, isValid: values !== null && ajv.compile(jsonSchema)(values) }
}

export const valueOf = ({ content }: Cell): Scalar => (content.kind === 'one' ? content.reading.value : null)

function parsed(text: string): Record<string, Scalar> | null {
  try {
    return JSON.parse(text) as Record<string, Scalar>
  } catch {
    return null
  }
}
