import { basename } from 'node:path'
import { visionArchitectures } from './architectures.ts'
import { countAt, textAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { architectureOf } from './model.ts'
import type { GgufFile } from './readGguf.ts'

/**
 * How models that see are called: LLaVA and its kin, VL, VLM, Vision, OCR, MiniCPM-V and -o, GLM-4.1V. A name alone decides for
 * those built on an architecture that others use for text.
 */
const seeingNames = /llava|vlm|moondream|pixtral|obsidian|docling|(^|[^a-z])(vl|vision|ocr)([^a-z]|$)|internvl|minicpm[-_. ]?[vo]([^a-z]|$)|\dv([^a-z]|$)/i
const seeingTags = ['image-text-to-text', 'multimodal', 'vision']
/** The narrowest Gemma 3 that sees: 4B. */
const gemma3Width = 2560

/** Whether a model was made to see pictures, as far as its architecture, tags and names tell. */
export function seesPictures({ path, header }: GgufFile): boolean {
  const { metadata } = header
  const tags = metadata.get('general.tags')
  if (Array.isArray(tags) && tags.some((tag) => seeingTags.includes(tag as string))) return true
  const names = [basename(path), ...['name', 'basename', 'finetune'].map((key) => textAt(metadata, `general.${key}`) ?? '')]
  return sightedArchitecture(header) || names.some((name) => seeingNames.test(name))
}

/** Whether a name, of a folder for instance, speaks of a model that sees. */
export function namesSight(name: string): boolean {
  return seeingNames.test(name)
}

function sightedArchitecture(header: GgufHeader): boolean {
  const architecture = architectureOf(header)
  if (architecture === 'gemma3') return (countAt(header.metadata, 'gemma3.embedding_length') ?? 0) >= gemma3Width
  return visionArchitectures.has(architecture)
}
