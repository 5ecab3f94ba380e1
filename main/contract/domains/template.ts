import * as z from 'zod'
import { id } from './id.ts'

/** A member of the JSON that a record is: letters of any script (with the marks they are written with), digits and "_". The model is asked for it by this name. */
export const fieldName = z.string().max(64).regex(/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u)

/** A field, or a column of a table: `total`, `items.amount`. */
export const fieldPath = z.string().max(130).regex(/^[\p{L}_][\p{L}\p{M}\p{N}_]*(\.[\p{L}_][\p{L}\p{M}\p{N}_]*)?$/u)

/** A day as ISO 8601 writes it. */
export const isoDay = z.iso.date()

const common = {
  name: fieldName,
  /** What people read in place of the name; empty: the name. */
  label: z.string().trim().max(80).default(''),
  required: z.boolean().default(false),
  /** Where it stands or what is meant, in words for the model. */
  hint: z.string().trim().max(300).default(''),
  /** One value as it may be printed. */
  example: z.string().trim().max(200).default(''),
}
const range = { min: z.number().nullable().default(null), max: z.number().nullable().default(null) }

const textField = z.object({
  ...common,
  type: z.literal('text'),
  /** Characters. */
  maxLength: z.number().int().min(1).max(2000).default(120),
  /** A JavaScript regular expression (flag u) that the whole value must match; null: anything. */
  pattern: z.string().max(500).nullable().default(null),
  /** A number that proves itself by its check digits. */
  checksum: z.enum(['iban', 'vat', 'luhn']).nullable().default(null),
})
const numberField = z.object({ ...common, type: z.literal('number'), ...range, decimals: z.number().int().min(0).max(6).nullable().default(null) })
/** `currency`: an ISO 4217 code, where all amounts are in one. */
const moneyField = z.object({ ...common, type: z.literal('money'), ...range, currency: z.string().regex(/^[A-Z]{3}$/).nullable().default(null) })
const dateField = z.object({ ...common, type: z.literal('date'), earliest: isoDay.nullable().default(null), latest: isoDay.nullable().default(null) })
const yesNoField = z.object({ ...common, type: z.literal('yesNo') })
const oneOfField = z.object({ ...common, type: z.literal('oneOf'), choices: z.array(z.string().trim().min(1).max(100)).min(2).max(50) })

/** A field of one value; also a column of a table. */
export const scalarField = z.discriminatedUnion('type', [textField, numberField, moneyField, dateField, yesNoField, oneOfField])
export type ScalarField = z.infer<typeof scalarField>

const listField = z.object({ ...common, type: z.literal('list'), item: z.enum(['text', 'number', 'money', 'date']), maxItems: z.number().int().min(1).max(100).default(20), maxLength: z.number().int().min(1).max(500).default(80) })
const tableField = z.object({ ...common, type: z.literal('table'), columns: z.array(scalarField).min(1).max(12), maxRows: z.number().int().min(1).max(200).default(30) })

export const templateField = z.discriminatedUnion('type', [...scalarField.options, listField, tableField])
export type TemplateField = z.infer<typeof templateField>
export const fieldTypes = templateField.options.map(({ shape }) => shape.type.value)
export type FieldType = TemplateField['type']

/**
 * What must hold between fields; `templateProblems` says what fits. A rule with a value that is not on the page says nothing.
 * `order` and `needs` take two fields, or two columns of one table, which then hold in each row.
 */
export const templateRule = z.discriminatedUnion('type', [
  /** `parts` (a table's column counts with all its rows) add up to the field `total`, within `tolerance`. */
  z.object({ type: z.literal('sum'), parts: z.array(fieldPath).min(1).max(12), total: fieldPath, tolerance: z.number().nonnegative().default(0.01) }),
  /** In each row of a table: the product of `factors` is `product`. */
  z.object({ type: z.literal('product'), factors: z.array(fieldPath).min(2).max(4), product: fieldPath, tolerance: z.number().nonnegative().default(0.01) }),
  /** `first` is not after (dates), or not more than (numbers), `then`. */
  z.object({ type: z.literal('order'), first: fieldPath, then: fieldPath }),
  /** Where `field` has a value, `needs` has one, too. */
  z.object({ type: z.literal('needs'), field: fieldPath, needs: fieldPath }),
])
export type TemplateRule = z.infer<typeof templateRule>

/** What to read from a document. The content of a template file. That it also makes sense, `templateProblems` says. */
export const template = z.object({
  format: z.literal('llava-desk-template/1'),
  title: z.string().trim().min(1).max(100),
  description: z.string().trim().max(500).default(''),
  /** A sentence or two for the model, about the document as a whole. */
  instructions: z.string().trim().max(2000).default(''),
  /** How numbers and days are printed (BCP 47), where the documents say nothing clearer; null: as the app's language has it. */
  locale: z.string().max(35).nullable().default(null),
  /** One answer for the whole record, or one for each field; `auto`: by field where all fields have one value each. */
  mode: z.enum(['auto', 'fields', 'whole']).default('auto'),
  fields: z.array(templateField).min(1).max(60),
  rules: z.array(templateRule).max(40).default([]),
})
/** A template with every default filled in. */
export type Template = z.infer<typeof template>
/** A template as it may be written. */
export type TemplateInput = z.input<typeof template>

/** Words of a template in another language; `labels` by the paths of fields and columns. They change nothing the model is asked. */
export const templateWords = z.object({ title: z.string().min(1), description: z.string(), labels: z.record(fieldPath, z.string().min(1)) })
export type TemplateWords = z.infer<typeof templateWords>

/** A template at hand. Every save makes a version; runs keep the one they began with. */
export const storedTemplate = z.object({
  id,
  /** `shipped` ones are never changed: saving makes a copy. */
  origin: z.enum(['shipped', 'own']),
  version: z.number().int().positive(),
  template,
  /** By language (`language.ts`); shipped ones are written in English and have the app's other languages here. See `templateWords.ts`. */
  translations: z.record(z.string(), templateWords),
  /** 0 for shipped ones. */
  updatedAt: z.number().int(),
})
export type StoredTemplate = z.infer<typeof storedTemplate>

export const templateVersion = z.object({ version: z.number().int().positive(), savedAt: z.number().int(), title: z.string() })
