import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import { textAt } from '../../../gguf/ggufHeader.ts'
import { weightsFingerprint } from '../../../gguf/weightsFingerprint.ts'
import type { Libraries } from '../binding/loadLibraries.ts'
import type { ContextPlan } from '../model/planContext.ts'

/** What is kept of one may be used by another only if these are the same. */
export interface Fingerprints {
  /** Of embeddings; null without a projector. */
  readonly pictures: string | null
  /** Of KV cells evaluated without adapters. */
  readonly chats: string
}

/** Digits that stand in a file's name. */
const digits = 16

/**
 * Everything that decides what a picture's embeddings and a prompt's KV cells are: the weights, llama.cpp's release, the addon
 * with our patches, and where and how they are computed.
 */
export async function fingerprints({ llamaCpp, backend, addon }: Libraries, files: CheckedFiles, plan: ContextPlan): Promise<Fingerprints> {
  const [model, projector, ours] = await Promise.all([
    weightsFingerprint(files.model),
    files.projector === null ? null : weightsFingerprint(files.projector),
    readFile(addon).then((bytes) => createHash('sha256').update(bytes).digest('hex')),
  ])
  const program = [llamaCpp.release, backend, ours]
  return {
    pictures: projector === null ? null : digest(['pictures', ...program, projector, plan.projectorOnGpu, textAt(files.model.header.metadata, 'general.architecture')]),
    // Layers on another device round differently; so do cells of another type. Some models turn positions by the context's size.
    chats: digest(['chats', ...program, model, projector, plan.kvType, plan.gpuLayers, plan.projectorOnGpu, plan.contextSize, plan.cells]),
  }
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits)
}
