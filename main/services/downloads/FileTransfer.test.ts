import { randomBytes } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Faults } from '../../../bench/hub/faults.ts'
import { PartFile } from './PartFile.ts'
import { PrefixHash } from './PrefixHash.ts'
import { hashOf, TransferBench } from './testing/TransferBench.ts'

const PIECE = TransferBench.pieceBytes
let bench: TransferBench
/** What may stand under the real name when a test is over. */
let right: string[]

beforeEach(async () => {
  bench = await TransferBench.start()
  right = [hashOf(bench.bytes)]
})
afterEach(async () => {
  const { result } = bench
  await bench.stop()
  if (result !== null) expect(right, 'a wrong file stands under the real name').toContain(result)
})

async function restartBench(...args: Parameters<typeof TransferBench.start>): Promise<void> {
  await bench.stop()
  bench = await TransferBench.start(...args)
  right = [hashOf(bench.bytes)]
}

const coded = (code: string, params: object = {}) => expect.objectContaining({ code, params: expect.objectContaining(params) as object }) as Error
/** Waited for with little patience. */
const isSilent = ({ silent, breakAfter }: Faults) => silent === true || breakAfter?.how === 'stall'
const bodies = () => bench.hub.seen.filter(({ at, method }) => at === 'store' && method === 'GET')

/** Stops after about so many bytes have left the server. */
async function runAndStopAfter(bytes: number): Promise<void> {
  const leave = new AbortController()
  let sent = 0
  bench.hub.onBody = (count) => {
    sent += count
    if (sent >= bytes) leave.abort()
  }
  await expect(bench.run({}, leave.signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  bench.hub.onBody = () => undefined
}

test('a file arrives over several connections, pinned to its commit, and nothing stays beside it', async () => {
  await bench.run()
  expect(bench.result).toBe(right[0])
  expect(bench.files).toEqual(['model.gguf'])
  expect(bench.learnt).toEqual(right)
  expect(bench.progress[0]).toBe(0)
  expect(bench.progress.at(-1)).toBe(bench.bytes.length)
  expect(bodies().map(({ range }) => range?.[0]).sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 10 }, (_, piece) => piece * PIECE))
  expect(bench.hub.seen.filter(({ at, method }) => at === 'hub' && method === 'GET').every(({ url }) => url.includes(`/resolve/${bench.hub.commit}/`))).toBe(true)
})

test.each([0, 1, PIECE, PIECE + 1])('a file of %i bytes arrives', async (size) => {
  await restartBench(size)
  await bench.run()
  expect(bench.result).toBe(right[0])
})

describe('a server that', () => {
  const recovers: [string, Faults][] = [
    ['ends connections early', { breakAfter: { bytes: 20_000, how: 'end' }, times: 6 }],
    ['resets connections', { breakAfter: { bytes: 20_000, how: 'reset' }, times: 6 }],
    ['resets before the first byte', { breakAfter: { bytes: 0, how: 'reset' }, times: 2 }],
    ['does not answer at first', { silent: true, times: 2 }],
    ['falls silent in the middle', { breakAfter: { bytes: 20_000, how: 'stall' }, times: 3 }],
    ['ignores ranges and falls silent', { ignoreRange: 'always', breakAfter: { bytes: 100_000, how: 'stall' }, times: 2 }],
    ['fails at first', { status: { at: 'store', code: 503 }, times: 5 }],
    ['fails at first, at the hub', { status: { at: 'hub', code: 500 }, times: 2 }],
    ['says once that the range is outside', { status: { at: 'store', code: 416 }, times: 1 }],
    ['ignores ranges', { ignoreRange: 'always' }],
    ['ignores every other range', { ignoreRange: 'everyOther' }],
    ['ignores ranges and ends early', { ignoreRange: 'always', breakAfter: { bytes: 100_000, how: 'reset' }, times: 2 }],
    ['sends shorter ranges than it is asked for', { shortRange: 20_000 }],
    ['ignores every other range and shortens the rest', { ignoreRange: 'everyOther', shortRange: 70_000 }],
    ['names nothing', { bare: true }],
    ['names nothing and shortens ranges at first', { bare: true, shortRange: 100_000, times: 2 }],
    ['names nothing and ends early', { bare: true, breakAfter: { bytes: 100_000, how: 'end' }, times: 2 }],
  ]
  test.each(recovers)('%s: the file is right', async (_what, faults) => {
    if (isSilent(faults)) bench.patience = 250
    const hub = bench.connect()
    const remote = await hub.resolve(bench.file)
    bench.hub.fault(bench.name, faults)
    await bench.transfer({ hub }).run(faults.bare === true ? await hub.resolve(bench.file) : remote, new AbortController().signal)
    expect(bench.result).toBe(right[0])
    expect(bench.files).toEqual(['model.gguf'])
  })

  const fails: [string, Faults, string, object][] = [
    ['always ends early', { breakAfter: { bytes: 1000, how: 'end' } }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf' }],
    ['always resets', { breakAfter: { bytes: 1000, how: 'reset' } }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf' }],
    ['sends ranges of a few bytes', { shortRange: 1000 }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf', detail: 'a shorter range than asked for' }],
    ['always falls silent', { breakAfter: { bytes: 1000, how: 'stall' } }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf', detail: 'timeout' }],
    ['never answers', { silent: true }, 'HUB_UNREACHABLE', { detail: 'timeout' }],
    ['always fails', { status: { at: 'store', code: 500 } }, 'HUB_FAILED', { status: 500 }],
    ['refuses its own links', { status: { at: 'store', code: 403 } }, 'HUB_FAILED', { status: 403 }],
    ['wants a token at the store, which gets none', { status: { at: 'store', code: 401 } }, 'HUB_FAILED', { status: 401 }],
    ['has lost the bytes of a file it lists', { status: { at: 'store', code: 404 } }, 'HUB_FAILED', { status: 404 }],
    ['asks for a long pause', { status: { at: 'store', code: 429, headers: { 'retry-after': '3600' } } }, 'HUB_BUSY', { seconds: 3600 }],
    ['always asks for a short pause', { status: { at: 'store', code: 429, headers: { 'retry-after': '1' } } }, 'HUB_BUSY', { seconds: 1 }],
    ['always says that the range is outside', { status: { at: 'store', code: 416 } }, 'DOWNLOAD_INTERRUPTED', { detail: 'the file on the server keeps changing' }],
    ['wants a token', { status: { at: 'hub', code: 401 } }, 'HUB_NEEDS_TOKEN', { repository: 'owner/name' }],
    ['knows the account, and refuses it', { status: { at: 'hub', code: 403 } }, 'HUB_NO_ACCESS', { repository: 'owner/name' }],
    ['has lost the file', { status: { at: 'hub', code: 404 } }, 'HUB_FILE_MISSING', { path: 'model.gguf' }],
    ['redirects in circles', { redirect: 'loop' }, 'HUB_FAILED', { status: 'too many redirects' }],
    ['redirects to nowhere', { redirect: 'nowhere' }, 'HUB_FAILED', { status: '302 to nowhere' }],
    ['sends one wrong byte', { wrongBytes: [123_456] }, 'DOWNLOAD_WRONG_BYTES', { name: 'model.gguf' }],
    ['says the file is longer than it is', { lengthOff: 10 }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf' }],
    ['says the file is shorter than it is', { lengthOff: -10 }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf' }],
    ['sends less than it says', { ignoreRange: 'always', lengthOff: 10 }, 'DOWNLOAD_INTERRUPTED', { name: 'model.gguf' }],
  ]
  test.each(fails)('%s: %j is %s, and there is no file', async (_what, faults, code, params) => {
    const isAboutSize = faults.lengthOff !== undefined
    if (isSilent(faults) || isAboutSize) bench.patience = 250
    const hub = bench.connect()
    if (isAboutSize) bench.hub.fault(bench.name, faults)
    const remote = await hub.resolve(bench.file)
    bench.hub.fault(bench.name, faults)
    await expect(bench.transfer({ hub }).run(remote, new AbortController().signal)).rejects.toThrow(coded(code, params))
    expect(bench.result).toBeNull()
    expect(bench.files.some((file) => file.endsWith('.part'))).toBe(code !== 'DOWNLOAD_WRONG_BYTES')
    // Nothing about it is for ever: when the server is well, the next try brings the file.
    bench.hub.fault(bench.name, {})
    bench.patience = 10_000
    await bench.run()
    expect(bench.result).toBe(right[0])
  })

  test('sends ranges of its own length is asked for the rest without a pause', async () => {
    await restartBench(1_000_000)
    bench.hub.fault(bench.name, { shortRange: 100_000 })
    await bench.run({ connections: 1, pieceBytes: 400_000 })
    expect(bench.result).toBe(right[0])
    expect(bodies()).toHaveLength(10)
    expect(bench.clock.slept).toEqual([])
  })

  test('asks for a pause gets it', async () => {
    bench.hub.fault(bench.name, { status: { at: 'store', code: 429, headers: { 'retry-after': '7' } }, times: 1 })
    await bench.run({ connections: 1 })
    expect(bench.clock.slept).toEqual([7000])
    expect(bench.result).toBe(right[0])
  })

  test('fails gets more time with every failure in a row', async () => {
    bench.hub.fault(bench.name, { status: { at: 'store', code: 500 }, times: 4 })
    await bench.run({ connections: 1, rules: { attempts: 6, firstWait: 1000, longestPause: 60_000 } })
    expect(bench.clock.slept).toEqual([1000, 2000, 4000, 8000])
  })

  test('lets its links run out is asked for new ones, and for no more than needed', async () => {
    let sent = 0
    bench.hub.onBody = (count) => {
      sent += count
      if (sent > 150_000 && sent - count <= 150_000) bench.hub.endLinks(bench.name)
    }
    await bench.run()
    expect(bench.result).toBe(right[0])
    expect(bench.hub.seen.filter(({ at, method }) => at === 'hub' && method === 'GET').length).toBeLessThanOrEqual(8)
    expect(bench.clock.slept).toEqual([])
  })

  test('allows fewer connections than wanted is used with those it allows', async () => {
    bench.hub.fault(bench.name, { status: { at: 'store', code: 503 }, times: 9 })
    await bench.run()
    expect(bench.result).toBe(right[0])
  })
})

describe('a file that changes on the server while it is fetched', () => {
  test.each([
    ['of the same size', 300_000, {}],
    ['of another size', 200_000, {}],
    ['of the same size, without a checksum', 300_000, { lfs: false }],
  ])('%s arrives as it is then, never mixed', async (_what, size, options) => {
    await restartBench(300_000, options)
    const changed = randomBytes(size)
    right = [hashOf(changed)]
    bench.hub.fault(bench.name, { change: { from: 4, to: changed } })
    await bench.run()
    expect(bench.result).toBe(right[0])
  })

  test('and is held to a checksum known before does not arrive at all', async () => {
    bench.known = hashOf(bench.bytes)
    bench.hub.fault(bench.name, { change: { from: 4, to: randomBytes(300_000) } })
    await expect(bench.run()).rejects.toThrow(coded('DOWNLOAD_WRONG_BYTES'))
    expect(bench.files).toEqual([])
  })

  test('again and again is given up', async () => {
    const hub = bench.connect()
    const remote = await hub.resolve(bench.file)
    let version = 0
    bench.hub.onBody = () => bench.hub.fault(bench.name, { change: { from: 1, to: Buffer.alloc(300_000, (version += 1)) } })
    await expect(bench.transfer({ hub, connections: 1 }).run(remote, new AbortController().signal)).rejects.toThrow(coded('DOWNLOAD_INTERRUPTED', { detail: 'the file on the server keeps changing' }))
    expect(bench.result).toBeNull()
  })
})

describe('a file without a checksum', () => {
  beforeEach(async () => await restartBench(300_000, { lfs: false }))

  test('teaches one, and is held to it the next time', async () => {
    await bench.run()
    expect(bench.learnt).toEqual(right)
    bench.hub.put(bench.name, randomBytes(300_000), { lfs: false })
    await expect(bench.run()).rejects.toThrow(coded('DOWNLOAD_WRONG_BYTES'))
    expect(bench.files).toEqual(['model.gguf'])
    expect(bench.result).toBe(right[0])
  })
})

describe('a transfer that was stopped', () => {
  test('goes on where it was: what is in the journal is not fetched again', async () => {
    await runAndStopAfter(150_000)
    const { recorded } = bench
    expect(recorded.length).toBeGreaterThan(0)
    expect(bench.files).toEqual(['model.gguf.part', 'model.gguf.part.json'])
    bench.hub.seen.length = 0
    bench.progress.length = 0
    await bench.run()
    expect(bench.result).toBe(right[0])
    expect(bench.progress[0]).toBe(recorded.reduce((sum, piece) => sum + Math.min(PIECE, 300_000 - piece * PIECE), 0))
    const asked = bodies().map(({ range }) => Math.floor(Number(range?.[0]) / PIECE))
    expect(asked.filter((piece) => recorded.includes(piece))).toEqual([])
  })

  const changes: [string, () => void][] = [
    ['whose file is another one now', () => {
      const changed = randomBytes(300_000)
      right = [hashOf(changed)]
      bench.hub.put(bench.name, changed)
    }],
    ['whose journal is damaged', () => writeFileSync(`${bench.path}.part.json`, '{"format":1,"pieces":[0,')],
    ['whose journal promises more than there is', () => truncateSync(`${bench.path}.part`, 10)],
    ['whose journal names pieces that do not exist', () => {
      const journal = JSON.parse(readFileSync(`${bench.path}.part.json`, 'utf8')) as object
      writeFileSync(`${bench.path}.part.json`, JSON.stringify({ ...journal, pieces: [0, 99] }))
    }],
  ]
  test.each(changes)('%s starts anew', async (_what, change) => {
    await runAndStopAfter(150_000)
    change()
    bench.progress.length = 0
    await bench.run()
    expect(bench.progress[0]).toBe(0)
    expect(bench.result).toBe(right[0])
  })

  test('and whose bytes were damaged on the disk does not become a file', async () => {
    await runAndStopAfter(150_000)
    const part = readFileSync(`${bench.path}.part`)
    part[(bench.recorded[0] ?? 0) * PIECE]! ^= 0xff
    writeFileSync(`${bench.path}.part`, part)
    await expect(bench.run()).rejects.toThrow(coded('DOWNLOAD_WRONG_BYTES'))
    expect(bench.files).toEqual([])
    await bench.run()
    expect(bench.result).toBe(right[0])
  })
})

test('a checksum that is asked for too early is an error, and the process goes on', async () => {
  const part = await PartFile.open(bench.path, { bytes: 10, sha256: null, etag: 'e', commit: null }, 5)
  await part.write(Buffer.from('12345'), 0)
  await part.record(0)
  await expect(new PrefixHash(part).digest(new AbortController().signal)).rejects.toThrow('before all bytes were there')
  await part.write(Buffer.from('67890'), 5)
  await part.record(1)
  expect(await new PrefixHash(part).digest(new AbortController().signal)).toBe(hashOf(Buffer.from('1234567890')))
  await part.close()
})

test('whatever the sizes and wherever the server breaks off, the file is right', { timeout: 120_000 }, async () => {
  const cases = fc.record({
    size: fc.integer({ min: 1, max: 400_000 }),
    pieceBytes: fc.integer({ min: 5_000, max: 100_000 }),
    connections: fc.integer({ min: 1, max: 8 }),
    faults: fc.record({
      breakAfter: fc.record({ bytes: fc.integer({ min: 0, max: 60_000 }), how: fc.constantFrom('end' as const, 'reset' as const) }),
      times: fc.integer({ min: 0, max: 6 }),
    }),
    ignoreRange: fc.constantFrom('always' as const, 'everyOther' as const, undefined),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, pieceBytes, connections, faults, ignoreRange }) => {
      await restartBench(size)
      bench.hub.fault(bench.name, { ...faults, ...(ignoreRange === undefined ? {} : { ignoreRange }) })
      await bench.run({ pieceBytes, connections, rules: { attempts: 10, firstWait: 10, longestPause: 60_000 } })
      expect(bench.result).toBe(right[0])
    }),
    { numRuns: 30 },
  )
})
