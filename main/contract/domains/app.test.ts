import { expect, it } from 'vitest'
import { settings, settingsPatch } from './app.ts'

it('leaves out of a patch what the patch leaves out', () => {
  expect(settingsPatch.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
  expect(settingsPatch.parse({ model: null })).toEqual({ model: null })
})

it('fills in what a settings file of an older version lacks', () => {
  const old = { language: 'zh-CN', model: { model: '/m.gguf', projector: null }, engine: { backend: 'cpu', gpuLayers: 7 } }
  expect(settings.parse(old)).toMatchObject({ ...old, theme: 'system', sidebar: true, engine: { ...old.engine, threads: null, contextSize: null } })
})
