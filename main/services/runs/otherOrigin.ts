import { isDeepStrictEqual } from 'node:util'
import type { Provenance } from '../../contract/domains/extraction.ts'

/** What a value depends on that was read. */
type Origin = Pick<Provenance, 'model' | 'projector' | 'adapters' | 'conversation' | 'locale'>
type Part = keyof Origin

const PARTS: readonly Part[] = ['model', 'projector', 'adapters', 'conversation', 'locale']

/**
 * Names what something was read with and what reads now, each with whatever tells it from the other; null where both are the same. The
 * app's version is left out: it decides less than a model, and a small update must not end all work on what was read before it.
 */
export function otherOrigin(begun: Origin, now: Origin): { readonly begun: string; readonly now: string } | null {
  const differs = new Set(PARTS.filter((part) => !isSame[part](begun, now)))
  return differs.size === 0 ? null : { begun: named(begun, now, differs), now: named(now, begun, differs) }
}

/** What was not yet written down when something was read is not compared. */
const isSame: Readonly<Record<Part, (begun: Origin, now: Origin) => boolean>> = {
  model: ({ model: begun }, { model: now }) => begun.sha256 === now.sha256 && (begun.parts.length === 0 || isDeepStrictEqual(begun.parts, now.parts)),
  projector: (begun, now) => begun.projector?.sha256 === now.projector?.sha256,
  adapters: (begun, now) => begun.adapters === null || isDeepStrictEqual(begun.adapters, now.adapters),
  conversation: (begun, now) => begun.conversation === null || begun.conversation === now.conversation,
  locale: (begun, now) => begun.locale === null || begun.locale === now.locale,
}

/** The model, and what else tells it from the other one. */
function named({ model, projector, adapters, conversation, locale }: Origin, other: Origin, differs: ReadonlySet<Part>): string {
  const parts = [modelFile(model, other.model)]
  if (differs.has('projector') && projector !== null) parts.push(file(projector))
  if (differs.has('adapters')) parts.push(...(adapters ?? []).map((adapter) => `${file(adapter)} × ${adapter.scale}`))
  if (differs.has('conversation') && conversation !== null) parts.push(conversation)
  if (differs.has('locale') && locale !== null) parts.push(locale)
  return parts.join(' + ')
}

/** Where two models begin with the same file, the first later part that differs tells them apart. */
function modelFile({ name, sha256, parts }: Origin['model'], other: Origin['model']): string {
  const differing = parts.findIndex((part, index) => part !== other.parts[index])
  // Where one of them only goes on longer, the last part of the shorter one stands for it.
  const place = differing === -1 ? parts.length - 1 : differing
  const part = parts[place]
  if (part === undefined || sha256 !== other.sha256 || other.parts.length === 0 || isDeepStrictEqual(parts, other.parts)) return file({ name, sha256 })
  return `${name} (${short(sha256 ?? '')}, ${place + 1}/${parts.length}: ${short(part)})`
}

/** Files of one name are told apart by the beginning of their SHA-256. */
function file({ name, sha256 }: { readonly name: string; readonly sha256: string | null }): string {
  return sha256 === null ? name : `${name} (${short(sha256)})`
}

function short(sha256: string): string {
  return sha256.slice(0, 8)
}
