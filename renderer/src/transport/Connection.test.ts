import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import type { Channel } from './channel.ts'
import { Connection } from './Connection.svelte.ts'
import { deferred } from './deferred.ts'
import { readError } from './errors.ts'

/** A channel in memory: answers every call with its path, until it is closed. */
function channel(call: Channel['link']['call'] = (path) => Promise.resolve(path.join('.'))) {
  const { promise: closed, resolve: close } = deferred<undefined>()
  return { channel: { link: { call }, closed } satisfies Channel, close: () => close(undefined) }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'none',
    (thrown: unknown) => readError(thrown).code,
  )
}

describe('Connection', () => {
  it('holds the first calls until it is open', async () => {
    const first = deferred<Channel>()
    const connection = new Connection(() => first.promise)
    const stop = new AbortController()
    const answer = connection.client.app.info()
    void connection.run(stop.signal)
    first.resolve(channel().channel)
    expect(await answer).toBe('app.info')
    stop.abort()
  })

  it('fails a call that the channel took with it, and opens another channel', async () => {
    const dying = channel(() => {
      dying.close()
      return Promise.reject(new DOMException('closed', 'AbortError'))
    })
    const channels = [dying.channel, channel().channel]
    const connection = new Connection(() => Promise.resolve(channels.shift() ?? channel().channel))
    const openings: AbortSignal[] = []
    const stop = new AbortController()
    const again = new Promise<void>((resolve) => {
      connection.eachTime((signal) => {
        if (openings.push(signal) === 2) resolve()
      })
    })
    void connection.run(stop.signal)
    expect(await failureOf(connection.client.app.info())).toBe('CONNECTION_LOST')
    await again
    expect(openings.map((signal) => signal.aborted)).toEqual([true, false])
    expect(await connection.client.app.info()).toBe('app.info')
    stop.abort()
  })

  it('refuses calls at once while nothing can be reached', async () => {
    const connection = new Connection(() => Promise.reject(new Error('refused')))
    const stop = new AbortController()
    const running = connection.run(stop.signal)
    await expect.poll(() => connection.status).toBe('lost')
    expect(await failureOf(connection.client.app.info())).toBe('CONNECTION_LOST')
    stop.abort()
    connection.tryNow()
    await running
  })
})

describe('readError', () => {
  it('takes code and parameters from what the services sent', () => {
    const { code, params } = readError(new ORPCError('APP', { data: { code: 'IMAGE_EMPTY', params: { name: 'a.png' } } }))
    expect([code, params]).toEqual(['IMAGE_EMPTY', { name: 'a.png' }])
  })

  it('makes a defect of everything it does not know', () => {
    expect(readError(new ORPCError('APP', { data: { code: 'NOT_A_CODE', params: {} } })).code).toBe('INTERNAL')
    expect(readError('text').params).toEqual({ detail: 'text' })
  })
})
