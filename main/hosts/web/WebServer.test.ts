import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { AppError } from '../../contract/errors/AppError.ts'
import { pageFiles } from './pageFiles.ts'
import { WebServer } from './WebServer.ts'

const token = 'T'.repeat(43)
const known = 'a'.repeat(64)

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let folder: string, server: WebServer
const connected: unknown[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'web-'))
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'page/index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'page/assets/app.js'), 'export {}')
  await writeFile(join(folder, 'page/.hidden'), 'hidden')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'picture.webp'), 'webp bytes')
  connected.length = 0
  server = await WebServer.listen({
    port: 0,
    token,
    files: pageFiles(join(folder, 'page'), async ({ id }) => {
      if (id !== known) throw new AppError('IMAGE_GONE', { id })
      return await Promise.resolve({ path: join(folder, 'picture.webp'), mime: 'image/webp' })
    }),
    connect: (socket) => {
      connected.push(socket)
      socket.on('message', (data) => socket.send(String((data as Buffer).length)))
    },
  })
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const cookie = (): string => `llava_desk_${server.port}=${token}`
const here = (): string => `http://127.0.0.1:${server.port}`

/** A request exactly as written: `fetch` would normalise the path and refuse to set Host. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Resolves with the status of the refusal, or 101 where the socket opened. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => undefined)
    socket.on('open', () => {
      socket.close()
      resolve(101)
    })
  })
}

describe('the opening address', () => {
  it('turns the token into a cookie that only this host gets, and out of the address', async () => {
    const { status, headers } = await ask(`/?token=${token}`)
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['set-cookie']).toEqual([`${cookie()}; HttpOnly; SameSite=Strict; Path=/`])
    expect(server.openingAddress).toBe(`${here()}/?token=${token}`)
  })

  it.each(['', 'T', 'T'.repeat(42), `${'T'.repeat(42)}U`, 'T'.repeat(44), 'Ť'.repeat(43)])('refuses the token %j', async (wrong) => {
    const { status, headers } = await ask(`/?token=${encodeURIComponent(wrong)}`)
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('takes the token on the root alone', async () => {
    expect((await ask(`/index.html?token=${token}`)).status).toBe(403)
  })
})

describe('a request', () => {
  it('gets the page with the cookie, and with every safety header', async () => {
    const { status, headers, body } = await ask('/', { cookie: cookie() })
    expect(status).toBe(200)
    expect(body).toContain('<title>page</title>')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  })

  it.each([{}, { cookie: 'llava_desk_1=x' }, { cookie: `other=${token}` }])('gets nothing without the cookie of this start: %j', async (headers) => {
    for (const path of ['/', '/assets/app.js', `/images/${known}/full`]) expect((await ask(path, headers)).status).toBe(403)
  })

  it.each(['localhost', '127.0.0.1', 'evil.example', '127.0.0.1.evil.example', '[::1]'])('meant for the host %s is refused', async (name) => {
    const host = name === '127.0.0.1' ? name : `${name}:${server.port}`
    expect((await ask('/', { host, cookie: cookie() })).status).toBe(403)
    expect((await ask(`/?token=${token}`, { host })).status).toBe(403)
  })

  it.each(['http://evil.example', 'null', 'http://localhost', 'https://127.0.0.1', 'http://127.0.0.1:1'])('of the origin %s is refused', async (origin) => {
    expect((await ask('/', { origin, cookie: cookie() })).status).toBe(403)
  })

  it('for a part of the page by another site is refused, a link to the page is not', async () => {
    const foreign = { cookie: cookie(), 'sec-fetch-site': 'same-site' }
    expect((await ask('/assets/app.js', { ...foreign, 'sec-fetch-mode': 'no-cors' })).status).toBe(403)
    expect((await ask('/', { ...foreign, 'sec-fetch-mode': 'navigate' })).status).toBe(200)
    expect((await ask('/assets/app.js', { cookie: cookie(), 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('with the method %s is refused', async (method) => {
    const { status, headers } = await ask('/', { cookie: cookie() }, method)
    expect(status).toBe(405)
    expect(headers.allow).toBe('GET, HEAD')
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/.hidden',
    '//secret.txt',
    '/index.html%00.txt',
    '/nothing',
    '/images/../secret.txt',
    `/images/${known}`,
    `/images/${known}/original`,
    `/images/${known}/full/more`,
    `/images/${known.toUpperCase()}/full`,
    `/images/..%2f..%2fsecret/full`,
  ])('for %s leaves the folder of the page closed', async (path) => {
    const { status, body } = await ask(path, { cookie: cookie() })
    expect([400, 404]).toContain(status)
    expect(body).not.toContain('secret')
    expect(body).not.toContain('hidden')
  })

  it('gets a picture by hash and variant, which may be kept for ever', async () => {
    const { status, headers, body } = await ask(`/images/${known}/thumbnail`, { cookie: cookie() })
    expect([status, headers['content-type'], body]).toEqual([200, 'image/webp', 'webp bytes'])
    expect(headers['cache-control']).toContain('immutable')
    expect((await ask(`/images/${known}/full`, { cookie: cookie() }, 'HEAD')).body).toBe('')
  })

  it('for a picture that is gone is answered with 404', async () => {
    expect((await ask(`/images/${'b'.repeat(64)}/full`, { cookie: cookie() })).status).toBe(404)
  })
})

describe('a WebSocket', () => {
  it('opens with cookie and origin', async () => {
    expect(await upgrade({ cookie: cookie(), origin: here() })).toBe(101)
    expect(connected).toHaveLength(1)
  })

  it('needs cookie, own origin, own host and the RPC path', async () => {
    const good = { cookie: cookie(), origin: here() }
    expect(await upgrade({ cookie: cookie() })).toBe(403)
    expect(await upgrade({ origin: here() })).toBe(403)
    expect(await upgrade({ ...good, cookie: `llava_desk_${server.port}=${'U'.repeat(43)}` })).toBe(403)
    expect(await upgrade({ ...good, origin: `http://localhost:${server.port}` })).toBe(403)
    expect(await upgrade({ ...good, origin: 'null' })).toBe(403)
    expect(await upgrade({ ...good, host: `evil.example:${server.port}` })).toBe(403)
    expect(await upgrade(good, '/')).toBe(403)
    expect(await upgrade(good, `/rpc?token=${token}`)).toBe(403)
    expect(connected).toHaveLength(0)
  })

  it('carries a picture of 200 MB, and closes with 1009 beyond, without harm to the server', async () => {
    const closeCode = (bytes: number): Promise<number | string> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie: cookie(), origin: here() }, perMessageDeflate: false })
        socket.on('open', () => socket.send(Buffer.alloc(bytes)))
        socket.on('message', (data) => {
          resolve((data as Buffer).toString())
          socket.close()
        })
        socket.on('close', (code) => resolve(code))
        socket.on('error', (error: NodeJS.ErrnoException) => {
          // The server may close while we still write.
          if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
        })
      })
    const largest = 200 * 1024 * 1024
    expect(await closeCode(largest)).toBe(String(largest))
    expect(await closeCode(largest + 2 * 1024 * 1024)).toBe(1009)
    expect((await ask('/', { cookie: cookie() })).status).toBe(200)
    // 400 MB are masked, sent and unmasked in this one process.
  }, 120_000)
})

describe('the server', () => {
  it('listens on 127.0.0.1 alone', async () => {
    const reached = (host: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connectTcp({ host, port: server.port }, () => {
          socket.destroy()
          resolve(true)
        })
        socket.on('error', () => resolve(false))
      })
    expect(await reached('127.0.0.1')).toBe(true)
    // Link-local addresses need a zone and say nothing more; of the other loopback addresses only Linux has 127.0.0.2 set up.
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => address)
    const more = process.platform === 'linux' ? ['127.0.0.2'] : []
    for (const host of ['::1', ...more, ...others.filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'))]) expect([host, await reached(host)]).toEqual([host, false])
  })

  it('says which port is in use', async () => {
    const second = WebServer.listen({ port: server.port, token, files: pageFiles(folder, () => Promise.reject(new Error('unused'))), connect: () => undefined })
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE', params: { port: server.port } })
  })

  it('survives what is no HTTP at all', async () => {
    await new Promise<void>((resolve) => {
      const socket = connectTcp({ host: '127.0.0.1', port: server.port }, () => socket.end('\0\0 nonsense\r\n\r\n'))
      socket.on('data', () => undefined).on('error', () => undefined).on('close', () => resolve())
    })
    expect((await ask('/', { cookie: cookie() })).status).toBe(200)
  })
})
