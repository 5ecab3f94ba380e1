import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Program, runProgram } from '../shared/testing/Program.ts'

let folder: string
const started: Program[] = []
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'api-'))))
afterEach(async () => {
  for (const program of started.splice(0)) program.child.kill('SIGKILL')
  await rm(folder, { recursive: true, maxRetries: 5 })
})

async function start(args: readonly string[], ready: (program: Program) => boolean, env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const program = new Program(args, { LLAVA_DESK_DATA: folder, ...env })
  started.push(program)
  await program.until(() => ready(program))
  return program
}

const addressIn = (text: string): string => /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(text)?.[0] ?? ''

async function models(address: string, token: string): Promise<[number, unknown]> {
  const answer = await fetch(`${address}/models`, { headers: { authorization: `Bearer ${token}` } })
  return [answer.status, ((await answer.json()) as { data?: { id: string }[] }).data?.map(({ id }) => id)]
}

describe('api', () => {
  it('prints address and key, which is the same at the next start, and answers', async () => {
    const keys = []
    for (let time = 0; time < 2; time++) {
      const program = await start(['api', '--port', '0'], ({ out }) => out.includes('API key: '))
      const [, address = '', key = ''] = /^(http:\/\/127\.0\.0\.1:\d+\/v1)\nAPI key: (llava-[\w-]{43})\n$/.exec(program.out) ?? []
      expect(await models(address, key)).toEqual([200, ['llava-desk-demo']])
      program.child.kill('SIGTERM')
      if (process.platform !== 'win32') expect(await program.ended).toEqual({ code: 0, signal: null })
      keys.push(key)
    }
    expect(new Set(keys).size).toBe(1)
  })

  it.each(['file', 'environment'])('takes a token of the %s, and neither prints nor keeps it', async (from) => {
    const token = 'a token without spaces'.replaceAll(' ', '-'), path = join(folder, 'token.txt')
    await writeFile(path, `${token}\n`)
    const given = from === 'file' ? ['--token-file', path] : []
    const program = await start(['api', '--port', '0', ...given], ({ out }) => out !== '', from === 'file' ? {} : { LLAVA_DESK_API_TOKEN: token })
    expect(await models(addressIn(program.out), token)).toEqual([200, ['llava-desk-demo']])
    expect(program.out + program.error).not.toContain(token)
    await expect(stat(join(folder, 'api-token'))).rejects.toThrow('ENOENT')
  })

  it('says what is wrong with a token, a file or a port', async () => {
    const run = async (args: readonly string[], env = {}) => await runProgram(['api', '--port', '0', ...args], { LLAVA_DESK_DATA: folder, ...env })
    expect(await run([], { LLAVA_DESK_API_TOKEN: 'short' })).toMatchObject({ code: 2, out: '', error: expect.stringContaining('at least 16 characters') as string })
    expect(await run(['--token-file', join(folder, 'none.txt')])).toMatchObject({ code: 1, out: '', error: expect.stringContaining('none.txt') as string })
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    expect(await run(['--port', String(port)])).toMatchObject({ code: 1, out: '', error: expect.stringContaining(`Port ${port} is in use by another program. Give another one with --port`) as string })
    expect(await runProgram(['serve', '--no-open', '--api', String(port)], { LLAVA_DESK_DATA: folder })).toMatchObject({ code: 2, error: expect.stringContaining('give another port behind --api') as string })
    other.close()
  })
})

it('serve answers other programs as well where it is told to', async () => {
  const program = await start(['serve', '--no-open', '--api', '0'], ({ out }) => out !== '')
  expect((await models(addressIn(program.error), 'wrong'))[0]).toBe(401)
})
