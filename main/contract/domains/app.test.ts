import { expect, it } from 'vitest'
import { settings, settingsPatch } from './app.ts'

it('leaves out of a patch what the patch leaves out', () => {
  expect(settingsPatch.parse({ theme: 'dark' })).toEqual({ theme: 'dark' })
  expect(settingsPatch.parse({ model: null })).toEqual({ model: null })
})

it('fills in what a settings file of an older version lacks', () => {
  const old = { language: 'zh-CN', model: { model: '/m.gguf', projector: null }, engine: { backend: 'cpu', threads: 2, contextSize: null, gpuLayers: 7 } }
  expect(settings.parse(old)).toMatchObject({
    ...old,
    theme: 'system',
    engine: { ...old.engine, kvType: null, projectorOnGpu: null, idleMinutes: null },
    downloads: { hub: null, proxy: null, connections: 4 },
    server: { enabled: false, port: 4141 },
  })
})

it.each([
  ['http://127.0.0.1:8080', true],
  ['https://hub.example/mirror', true],
  ['ftp://hub.example', false],
  ['javascript:alert(1)', false],
  ['hub.example', false],
])('takes %s as the address of a hub: %s', (hub, valid) => {
  expect(settings.safeParse({ downloads: { hub } }).success).toBe(valid)
})
