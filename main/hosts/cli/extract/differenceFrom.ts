import type { Provenance } from '../../../contract/domains/extraction.ts'
import type { DecisivePart, RepeatableRun } from '../../../services/export/json/readExport.ts'
import { otherOrigin } from '../../../services/runs/otherOrigin.ts'

/** What keeps a run that is made once more from giving the same bytes with certainty. */
export interface Difference {
  /** By which model, projector, adapters and so on it was read, and by which now; null where they are the same. */
  readonly reader: { readonly begun: string; readonly now: string } | null
  /** What else differs, as it was and as it is. */
  readonly settings: readonly { readonly part: DecisivePart; readonly begun: string | number; readonly now: string | number }[]
  /** What its export does not say. */
  readonly missing: readonly DecisivePart[]
}

type Decisive = Pick<Provenance, DecisivePart>

/** Compares what reads now with what read a run then; null where nothing differs and all of it is known. */
export function differenceFrom(repeated: RepeatableRun, now: Decisive): Difference | null {
  const { missing } = repeated
  // What is not known is told as such, and cannot differ.
  const then = <Part extends DecisivePart>(part: Part): Decisive[Part] => (missing.includes(part) ? now[part] : (repeated[part] as Decisive[Part]))
  const reader = otherOrigin({ model: then('model'), projector: then('projector'), adapters: then('adapters'), conversation: then('conversation'), locale: then('locale') }, now)
  const settings = (['app', 'temperature', 'seed'] as const).map((part) => ({ part, begun: then(part), now: now[part] })).filter((setting) => setting.begun !== setting.now)
  return reader === null && settings.length === 0 && missing.length === 0 ? null : { reader, settings, missing }
}
