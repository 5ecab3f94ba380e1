import { expect, it } from 'vitest'
import { installedOf } from '../../state/testing/models.ts'
import { isAbsent, lacksProjectorAlone } from './missingFiles.ts'

const model = '/models/llava.gguf', projector = '/models/mmproj.gguf', part = '/models/llava-00002-of-00002.gguf', lora = '/a/lora.gguf'

it.each([
  ['nothing', [], false, false],
  ['the model', [model], true, false],
  ['model and projector', [model, projector], true, false],
  ['a part of the model', [part], true, false],
  ['the projector', [projector], true, true],
  ['an adapter', [lora], false, false],
  ['projector and adapter', [projector, lora], true, true],
])('tells what it means that %s is missing', (_what, missing, absent, blind) => {
  const installed = installedOf({ missing, adapters: [{ path: lora, scale: 1 }] })
  expect([isAbsent(installed), lacksProjectorAlone(installed)]).toEqual([absent, blind])
})
