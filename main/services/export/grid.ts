import type { Scalar } from '../../contract/domains/extraction.ts'

/** What one place of a table holds, before a format writes it. */
export type Value =
  | { readonly type: 'nothing' }
  /** It is there, but could not be read: empty, and marked. */
  | { readonly type: 'unreadable' }
  | { readonly type: 'text'; readonly text: string }
  /** `decimals`: shown at least; null: as many as it has. */
  | { readonly type: 'number'; readonly value: number; readonly decimals: number | null }
  /** `currency`: ISO 4217. */
  | { readonly type: 'money'; readonly value: number; readonly currency: string | null }
  /** ISO 8601, a day that exists. */
  | { readonly type: 'day'; readonly iso: string }
  | { readonly type: 'yesNo'; readonly value: boolean }
  /** 0..1. */
  | { readonly type: 'share'; readonly value: number }
  | { readonly type: 'list'; readonly items: readonly Value[] }
  /** A table inside a record. */
  | { readonly type: 'rows'; readonly rows: readonly Readonly<Record<string, Scalar>>[] }

export interface Grid {
  readonly title: string
  readonly headers: readonly string[]
  readonly rows: readonly (readonly Value[])[]
}
