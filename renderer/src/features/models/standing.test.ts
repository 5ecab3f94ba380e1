import { expect, it } from 'vitest'
import type { EngineStatus, ModelInfo } from '../../../../main/contract/domains/model.ts'
import { demoStanding, isCurrent, standingOf, unlistedModel } from './standing.ts'

const files = { model: '/a.gguf', projector: '/p.gguf' }, blind = { model: '/a.gguf', projector: null }
const ready = (isDemo: boolean): EngineStatus => ({ state: 'ready', info: { name: 'a', files, isDemo } as ModelInfo })
const resting = (isDemo: boolean): EngineStatus => ({ state: 'resting', name: 'a', files, isDemo })
const failed: EngineStatus = { state: 'failed', files, error: { code: 'OUT_OF_MEMORY', params: {} } }

it('goes by both files', () => {
  expect(standingOf(ready(false), files)).toEqual({ state: 'inUse' })
  expect(standingOf(ready(false), blind)).toEqual({ state: 'idle' })
  expect(standingOf(ready(true), files)).toEqual({ state: 'idle' })
  expect(standingOf({ state: 'loading', files, isDemo: false, name: 'a', fraction: 0.4 }, files)).toEqual({ state: 'loading', fraction: 0.4 })
  expect(standingOf({ state: 'failed', files, error: { code: 'OUT_OF_MEMORY', params: {} } }, files)).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY' } })
  expect([standingOf({ state: 'failed', files: null, error: { code: 'ENGINE_NOT_BUILT', params: {} } }, files), standingOf({ state: 'none' }, files), standingOf(null, files)]).toEqual(Array(3).fill({ state: 'idle' }))
})

it('knows a model in use that the list lacks', () => {
  const unlisted = { name: 'a', files }
  expect([unlistedModel(ready(false), []), unlistedModel(ready(false), [blind]), unlistedModel(resting(false), [])]).toEqual([unlisted, unlisted, unlisted])
  expect([unlistedModel(ready(false), [files]), unlistedModel(ready(true), []), unlistedModel(resting(true), []), unlistedModel({ state: 'none' }, []), unlistedModel(failed, [])]).toEqual(Array(5).fill(null))
})

it('a model that rests is still the one that answers', () => {
  expect([standingOf(resting(false), files), standingOf(resting(false), blind), standingOf(resting(true), files)]).toEqual([{ state: 'resting' }, { state: 'idle' }, { state: 'idle' }])
  expect([isCurrent({ state: 'inUse' }), isCurrent({ state: 'resting' }), isCurrent({ state: 'loading', fraction: 1 }), isCurrent({ state: 'idle' })]).toEqual([true, true, false, false])
})

it('knows the demo model by what is said of it, not by its files', () => {
  expect([demoStanding(ready(true), true), demoStanding(resting(true), true), demoStanding({ state: 'loading', files, isDemo: true, name: 'a', fraction: 0.4 }, true)]).toEqual([{ state: 'inUse' }, { state: 'resting' }, { state: 'loading', fraction: 0.4 }])
  expect([demoStanding(failed, true), demoStanding(failed, false), demoStanding(ready(false), false), demoStanding(resting(false), false), demoStanding(null, true)]).toEqual([{ state: 'failed', error: { code: 'OUT_OF_MEMORY', params: {} } }, ...Array<unknown>(4).fill({ state: 'idle' })])
})
