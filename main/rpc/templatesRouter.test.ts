import { call } from '@orpc/server'
import { expect, test } from 'vitest'
import type { Services } from '../services/createServices.ts'
import { implementApi } from './implementApi.ts'
import { templatesRouter } from './templatesRouter.ts'

test('calls that nobody can cancel share no signal, on which what listens would gather', async () => {
  const signals: AbortSignal[] = []
  const page = (_file: unknown, _page: number, signal: AbortSignal) => {
    signals.push(signal)
    return Promise.resolve({ picture: { id: 'a'.repeat(64), name: 'scan', width: 1, height: 1 }, pages: 1 })
  }
  const services = { templateTrial: { page } } as unknown as Services
  const router = templatesRouter(implementApi(services), services)
  for (const name of ['one', 'other']) await call(router.page, { file: new Blob(['bytes']), name }).catch(() => undefined)
  expect(signals).toHaveLength(2)
  expect(signals[0]).not.toBe(signals[1])
})
