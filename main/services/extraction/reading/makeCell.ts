import type { Cell, CellContent, Reading } from '../../../contract/domains/extraction.ts'
import type { ScalarField, TemplateField } from '../../../contract/domains/template.ts'
import { readingsOf, statusOf } from './cellStatus.ts'
import { confidenceOf } from './confidence.ts'
import { normalise } from './normalise/normalise.ts'
import type { ScalarType } from './normalise/normalise.ts'
import type { ValueNode } from './parseAnswer.ts'
import type { TokenSpans } from './TokenSpans.ts'

/** How an answer was read. */
export interface AnswerRead {
  readonly spans: TokenSpans
  readonly locale: string
  readonly threshold: number
  /** The model repeated itself and was stopped. */
  readonly repeated: boolean
}

const nothing: Reading = { value: null, printed: null, confidence: 0 }

/**
 * What an answer says of a field, before any check. `node`: its value there; undefined where the answer ended before it.
 */
export function makeCell(field: TemplateField, node: ValueNode | undefined, read: AnswerRead): Cell {
  const content = node === undefined ? emptyContent(field) : contentOf(field, node, read)
  const readings = readingsOf(content)
  const own = readings.length === 0 ? confidenceIn(node, read) : Math.min(...readings.map(({ confidence }) => confidence))
  const isWhole = node?.finished === true
  const confidence = isWhole ? own : 0
  return { content, confidence, status: isWhole ? statusOf(content, confidence, read.threshold) : read.repeated && node !== undefined ? 'repeated' : 'cutOff', checks: [], region: null }
}

function emptyContent(field: TemplateField): CellContent {
  if (field.type === 'list') return { kind: 'list', items: [] }
  return field.type === 'table' ? { kind: 'table', rows: [] } : { kind: 'one', reading: nothing }
}

function contentOf(field: TemplateField, node: ValueNode, read: AnswerRead): CellContent {
  if (field.type === 'list') {
    // What is no value is no item. The last one of a list that was cut off is kept only where it has its end.
    const items = node.kind === 'list' ? node.items.filter(({ finished }) => finished).map((item) => readingOf(field.item, item, read)) : []
    return { kind: 'list', items: items.filter(({ value }) => value !== null) }
  }
  if (field.type === 'table') {
    const rows = node.kind === 'list' ? node.items.filter(({ finished }) => finished).map((row) => rowOf(field.columns, row, read)) : []
    return { kind: 'table', rows: rows.filter((row) => Object.values(row).some(({ value }) => value !== null)) }
  }
  return { kind: 'one', reading: readingOf(field.type, node, read) }
}

function rowOf(columns: readonly ScalarField[], node: ValueNode, read: AnswerRead): Record<string, Reading> {
  const members = node.kind === 'object' ? node.members : new Map<string, ValueNode>()
  return Object.fromEntries(
    columns.map(({ name, type }) => {
      const member = members.get(name)
      return [name, member === undefined ? nothing : readingOf(type, member, read)]
    }),
  )
}

function readingOf(type: ScalarType, node: ValueNode, read: AnswerRead): Reading {
  if (node.kind !== 'scalar') return nothing
  return { ...normalise(type, node.value, read.locale), confidence: node.finished ? confidenceIn(node, read) : 0 }
}

function confidenceIn(node: ValueNode | undefined, { spans }: AnswerRead): number {
  return node === undefined ? 0 : confidenceOf(spans.of(node.start, node.end))
}
