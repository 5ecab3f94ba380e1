import type { ModelInfo } from '../../../../main/contract/domains/model.ts'
import type { Words } from '../../i18n/Words.svelte.ts'

/** What a load was cut down to for want of memory, as short facts; none where it was loaded as planned. */
export function steppedDownFacts({ steppedDown, backend, layers }: Pick<ModelInfo, 'steppedDown' | 'backend' | 'layers'>, words: Words): string[] {
  if (steppedDown === null) return []
  const { contextSize, gpuLayers, kvType } = steppedDown
  return [
    words.t('stepped.context', { context: words.number(contextSize) }),
    // On the CPU alone there is nothing to put elsewhere.
    ...(backend === 'cpu' ? [] : [words.t('model.layers', { gpu: gpuLayers, all: layers })]),
    ...(kvType === 'q8_0' ? [words.t('stepped.kvHalf')] : []),
  ]
}
