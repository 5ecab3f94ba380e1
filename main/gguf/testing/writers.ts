import type { Finding, Remedy } from '../../contract/domains/library.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { projectorShapes, writeProjector as writeAnyProjector } from '../../../bench/synthetic/projector.ts'
import type { ProjectorShape } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel as writeAnyTextModel, writeTextModelParts as writeAnyParts } from '../../../bench/synthetic/textModel.ts'
import type { TextShape } from '../../../bench/synthetic/textModel.ts'

/** What `inspectFiles` should find: the sentence in English, what can be done, and the projector to use in its place. */
type Expected = readonly [severity: Finding['severity'], sentence: string, remedies: readonly Remedy[], projector?: string]

export interface HeaderCase {
  readonly files: ModelFiles
  readonly findings: readonly Expected[]
}

/** A pair of files and what is to be said of it; `make` writes the files with paths from `at`, in a folder of their own. */
export interface NamedCase {
  readonly what: string
  readonly make: (at: (name: string) => string) => HeaderCase
}

/** Width of the language model that the functions below write, and of the projector's vectors. */
export const width = textShapes.micro.width

/** A language model of some ten thousand bytes. */
export function writeTextModel(path: string, changes: Partial<TextShape> = {}): void {
  writeAnyTextModel(path, { ...textShapes.micro, ...changes })
}

/** The same in several files, named `<prefix>-00001-of-0000N.gguf` and so on. */
export function writeTextModelParts(prefix: string, parts: number): string[] {
  return writeAnyParts(prefix, textShapes.micro, parts)
}

/** A projector of some thousand bytes that fits that model. */
export function writeProjector(path: string, changes: Partial<ProjectorShape> = {}): void {
  writeAnyProjector(path, { ...projectorShapes.micro, ...changes })
}
