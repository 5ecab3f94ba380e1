import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { answerPage, type PageSource } from './answerPage.ts'

const known = 'a'.repeat(64)
let folder: string, source: PageSource

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'))
  await mkdir(join(folder, 'page/assets'), { recursive: true })
  await writeFile(join(folder, 'page/index.html'), '<title>page</title>')
  await writeFile(join(folder, 'page/assets/a b.js'), 'export {}')
  await writeFile(join(folder, 'page/.hidden.js'), 'secret')
  await writeFile(join(folder, 'page/notes.exe'), 'secret')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'picture.webp'), 'webp bytes')
  source = {
    renderer: join(folder, 'page'),
    image: async ({ id }) => {
      if (id !== known) throw new AppError('IMAGE_GONE', { id })
      return await Promise.resolve({ path: join(folder, 'picture.webp'), mime: 'image/webp' })
    },
  }
})
afterAll(async () => await rm(folder, { recursive: true }))

const ask = async (url: string, method = 'GET'): Promise<Response> => await answerPage({ url, method }, source)

describe('app://', () => {
  it('serves the page with its policy', async () => {
    for (const url of ['app://ui/', 'app://ui/index.html']) {
      const response = await ask(url)
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'text/html; charset=utf-8', '<title>page</title>'])
      expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'(?!.*unsafe)/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(await (await ask('app://ui/assets/a%20b.js')).text()).toBe('export {}')
  })

  it('serves pictures by hash and variant', async () => {
    const response = await ask(`app://ui/images/${known}/thumbnail`)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'image/webp', 'webp bytes'])
    expect((await ask(`app://ui/images/${'b'.repeat(64)}/full`)).status).toBe(404)
    expect((await ask(`app://ui/images/${known}/original`)).status).toBe(404)
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/.hidden.js',
    '/notes.exe',
    '/assets',
    '/index.html%00.js',
    '/%',
    '/nothing.html',
  ])('keeps %s closed', async (path) => {
    const response = await ask(`app://ui${path}`)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
  })

  it('answers its own address and reading methods alone', async () => {
    expect((await ask('app://other/')).status).toBe(403)
    expect((await ask('app://ui/', 'POST')).status).toBe(405)
    expect(await (await ask('app://ui/', 'HEAD')).text()).toBe('')
  })
})
