import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Faults } from '../../../../bench/hub/faults.ts'
import { demo, PullBench, pullDemo, resources } from './testing/PullBench.ts'

describe('a server that', () => {
  const model = `owner/demo/${demo[0]}`
  it.concurrent.each<[what: string, faults: Faults, code: number, sentence: RegExp]>([
    ['resets connections', { breakAfter: { bytes: 500_000, how: 'reset' }, times: 3 }, 0, /is ready/],
    ['ignores ranges', { ignoreRange: 'always' }, 0, /is ready/],
    ['names nothing', { bare: true }, 0, /is ready/],
    ['fails at first', { status: { at: 'store', code: 500 }, times: 2 }, 0, /is ready/],
    ['asks for a short pause', { status: { at: 'store', code: 429, headers: { 'retry-after': '1' } }, times: 1 }, 0, /is ready/],
    ['sends one wrong byte', { wrongBytes: [123_456] }, 1, /demo-llava\.gguf is not the file expected/],
    ['always stops', { breakAfter: { bytes: 1000, how: 'end' } }, 1, /The download of demo-llava\.gguf broke off/],
    ['redirects in circles', { redirect: 'loop' }, 1, /answered with the error too many redirects/],
    ['redirects to nowhere', { redirect: 'nowhere' }, 1, /answered with the error 302 to nowhere/],
    ['answers 401', { status: { at: 'hub', code: 401 } }, 1, /owner\/demo is open only to people with an account/],
    ['answers 403', { status: { at: 'hub', code: 403 } }, 1, /Your account has no access to owner\/demo/],
    ['answers 404', { status: { at: 'hub', code: 404 } }, 1, /owner\/demo has no file demo-llava\.gguf/],
    ['answers 404 from its store', { status: { at: 'store', code: 404 } }, 1, /answered with the error 404/],
    ['answers 416', { status: { at: 'store', code: 416 } }, 1, /the file on the server keeps changing/],
    ['answers 429', { status: { at: 'hub', code: 429, headers: { 'retry-after': '3600' } } }, 1, /asks for a pause of 3600 seconds/],
    ['answers 500', { status: { at: 'hub', code: 500 } }, 1, /answered with the error 500/],
  ])('%s: %j ends with %d', async (_what, faults, code, sentence) => {
    const own = await PullBench.start()
    try {
      own.hub.fault(model, faults)
      const result = await own.models(pullDemo)
      expect(result.code, result.error).toBe(code)
      expect(result.out + result.error).toMatch(sentence)
      const arrived = demo.filter((name) => existsSync(own.file('owner--demo', name)))
      expect(arrived.length, 'both, or no model').toBe(code === 0 ? 2 : 0)
      for (const name of arrived) expect(readFileSync(own.file('owner--demo', name)).equals(readFileSync(join(resources, 'demo-model', name))), name).toBe(true)
      expect(await own.list()).toHaveLength(code === 0 ? 1 : 0)
    } finally {
      await own.stop()
    }
  })
})
