import type { Template } from '../../../main/contract/domains/template.ts'

/** An unsaved template as it outlives a reload of the page: in the browser's storage, under the template's id, or `new`. */
const prefix = 'llava-desk.draft.'

/** The least of `Storage` that drafts need. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface KeptDraft {
  /** The version it was made of; 0: none. */
  readonly version: number
  readonly template: Template
}

/** What was kept for a template; null where nothing was, or nothing that can be read. */
export function readKept(storage: DraftStorage, id: string | null): KeptDraft | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(prefix + (id ?? 'new')) ?? 'null')
    return isKept(kept) ? kept : null
  } catch {
    return null
  }
}

/** Keeps a draft, or forgets it (null). A full or forbidden storage costs only the way back after a reload. */
export function keep(storage: DraftStorage, id: string | null, draft: KeptDraft | null): void {
  try {
    if (draft === null) storage.removeItem(prefix + (id ?? 'new'))
    else storage.setItem(prefix + (id ?? 'new'), JSON.stringify(draft))
  } catch {
    // Nothing to tell: the draft is still on the screen.
  }
}

/**
 * Keeps drafts for this window (`own`, which outlives a reload) and for the next start (`shared` by all windows, where the last one to
 * type wins). What another window has kept since is not this one's to forget.
 */
export function windowStorage(own: DraftStorage, shared: DraftStorage): DraftStorage {
  return {
    getItem: (key) => own.getItem(key) ?? shared.getItem(key),
    setItem: (key, value) => {
      own.setItem(key, value)
      shared.setItem(key, value)
    },
    removeItem: (key) => {
      const mine = own.getItem(key)
      own.removeItem(key)
      if (mine === null || mine === shared.getItem(key)) shared.removeItem(key)
    },
  }
}

/** Whether the screen can show it: written by this page, or by another version of it. What is wrong with its values, the screen tells. */
function isKept(kept: unknown): kept is KeptDraft {
  return isObject(kept) && typeof kept['version'] === 'number' && isShowable(kept['template'])
}

function isShowable(template: unknown): boolean {
  if (!isObject(template) || template['format'] !== 'llava-desk-template/1') return false
  const { title, description, instructions, fields, rules } = template
  return [title, description, instructions].every(isText) && isListOf(fields, isField) && isListOf(rules, isRule)
}

function isField(field: unknown): boolean {
  if (!isObject(field) || ![field['name'], field['label'], field['hint'], field['example']].every(isText)) return false
  if (field['type'] === 'oneOf') return isListOf(field['choices'], isText)
  if (field['type'] === 'table') return isListOf(field['columns'], isField)
  return ['text', 'number', 'money', 'date', 'yesNo', 'list'].some((type) => type === field['type'])
}

function isRule(rule: unknown): boolean {
  if (!isObject(rule)) return false
  const texts = (...names: string[]) => names.every((name) => isText(rule[name]))
  if (rule['type'] === 'sum') return isListOf(rule['parts'], isText) && texts('total')
  if (rule['type'] === 'product') return isListOf(rule['factors'], isText) && texts('product')
  return (rule['type'] === 'order' && texts('first', 'then')) || (rule['type'] === 'needs' && texts('field', 'needs'))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isListOf(value: unknown, judge: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(judge)
}
