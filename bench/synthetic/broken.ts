import { copyFileSync, readFileSync, truncateSync, writeFileSync, statSync } from 'node:fs'
import type { MetadataValue } from '../gguf/format.ts'
import { writeGguf } from '../gguf/write.ts'

/** A copy of a GGUF file that ends after `share` (0..1) of its bytes, as after an interrupted download. */
export function writeTruncated(path: string, source: string, share: number): void {
  copyFileSync(source, path)
  truncateSync(path, Math.floor(statSync(source).size * share))
}

/** A text file under any name. */
export function writeNoGguf(path: string): void {
  writeFileSync(path, 'This is no model.\n')
}

/** A valid GGUF file that holds no model: an architecture that does not exist, no tensors. */
export function writeNoModel(path: string): void {
  writeGguf(path, { 'general.architecture': { type: 'string', value: 'nothing' } }, [])
}

/** A copy of a file whose bytes `change` alters in place. */
export function writeChanged(path: string, source: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(source)
  change(bytes)
  writeFileSync(path, bytes)
}

/** What there is to say of a language model by its header. */
export interface ModelHeader {
  readonly architecture: string
  readonly name: string
  readonly width: number
  readonly entries?: Readonly<Record<string, MetadataValue>>
}

/** The header of a language model of any architecture, with the one tensor that makes it one; too little to run. */
export function writeModelHeader(path: string, { architecture, name, width, entries = {} }: ModelHeader): void {
  const count = (value: number): MetadataValue => ({ type: 'u32', value })
  const metadata: Record<string, MetadataValue> = {
    'general.architecture': { type: 'string', value: architecture },
    'general.name': { type: 'string', value: name },
    [`${architecture}.context_length`]: count(2048),
    [`${architecture}.embedding_length`]: count(width),
    [`${architecture}.block_count`]: count(1),
    ...entries,
  }
  writeGguf(path, metadata, [{ name: 'token_embd.weight', type: 'f16', shape: [width, 2], chunks: () => [new Uint8Array(4 * width)] }])
}

/** A LoRA adapter as llama.cpp's `convert_lora_to_gguf.py` writes it: one pair of matrices. */
export function writeAdapter(path: string, width: number): void {
  const text = (value: string): MetadataValue => ({ type: 'string', value })
  writeGguf(
    path,
    { 'general.type': text('adapter'), 'general.architecture': text('llama'), 'adapter.type': text('lora'), 'adapter.lora.alpha': { type: 'f32', value: 16 } },
    ['a', 'b'].map((half) => ({ name: `blk.0.attn_q.weight.lora_${half}`, type: 'f32', shape: half === 'a' ? [width, 4] : [4, width], chunks: () => [new Uint8Array(16 * width)] })),
  )
}
