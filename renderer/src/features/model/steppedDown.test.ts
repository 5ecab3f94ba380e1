import { expect, it } from 'vitest'
import { Words } from '../../i18n/Words.svelte.ts'
import { steppedDownFacts } from './steppedDown.ts'

const words = new Words('en')

it('names what a load was cut down to', () => {
  const steppedDown = { contextSize: 2048, gpuLayers: 20, kvType: 'q8_0' as const }
  expect(steppedDownFacts({ steppedDown, backend: 'cuda', layers: 33 }, words)).toEqual(['Context of 2,048 tokens', '20 of 33 layers on the GPU', 'Conversation memory at half size'])
  expect(steppedDownFacts({ steppedDown: { ...steppedDown, gpuLayers: 0, kvType: 'f16' }, backend: 'cpu', layers: 33 }, words)).toEqual(['Context of 2,048 tokens'])
  expect(steppedDownFacts({ steppedDown: null, backend: 'cuda', layers: 33 }, words)).toEqual([])
})
