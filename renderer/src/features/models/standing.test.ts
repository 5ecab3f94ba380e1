import { expect, it } from 'vitest'
import type { EngineStatus, ModelInfo } from '../../../../main/contract/domains/model.ts'
import { standingOf, unlistedFiles } from './standing.ts'

const files = { model: '/a.gguf', projector: '/p.gguf' }, blind = { model: '/a.gguf', projector: null }
const ready = (isDemo: boolean): EngineStatus => ({ state: 'ready', info: { files, isDemo } as ModelInfo })

it('goes by both files', () => {
  expect(standingOf(ready(false), files)).toEqual({ state: 'inUse' })
  expect(standingOf(ready(false), blind)).toEqual({ state: 'idle' })
  expect(standingOf(ready(true), files)).toEqual({ state: 'idle' })
  expect(standingOf({ state: 'loading', files, isDemo: false, name: 'a', fraction: 0.4 }, files)).toEqual({ state: 'loading', fraction: 0.4 })
  expect(standingOf({ state: 'failed', files, error: { code: 'OUT_OF_MEMORY', params: {} } }, files)).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY' } })
  expect([standingOf({ state: 'failed', files: null, error: { code: 'ENGINE_NOT_BUILT', params: {} } }, files), standingOf({ state: 'none' }, files), standingOf(null, files)]).toEqual(Array(3).fill({ state: 'idle' }))
})

it('knows a model in use that the list lacks', () => {
  expect([unlistedFiles(ready(false), []), unlistedFiles(ready(false), [blind]), unlistedFiles(ready(false), [files]), unlistedFiles(ready(true), []), unlistedFiles({ state: 'none' }, [])]).toEqual([files, files, null, null, null])
})
