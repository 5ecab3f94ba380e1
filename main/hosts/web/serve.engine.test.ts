import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Program, runProgram } from '../shared/testing/Program.ts'

/** The opening address, alone on its line. */
const address = /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/

let folder: string
const started: Program[] = []
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'serve-'))))
afterEach(async () => {
  for (const program of started.splice(0)) program.child.kill('SIGKILL')
  await rm(folder, { recursive: true, maxRetries: 5 })
})

async function serve(): Promise<Program> {
  const program = new Program(['serve', '--no-open'], { LLAVA_DESK_DATA: folder })
  started.push(program)
  await program.until(() => address.test(program.out))
  return program
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Ids of the processes that a process started. */
async function childrenOf(pid: number): Promise<number[]> {
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number)
}

/** The engine of a running server. */
async function engineOf(program: Program): Promise<number> {
  let engine = 0
  await program.until(async () => (engine = (await childrenOf(program.pid))[0] ?? 0) !== 0)
  return engine
}

const gone = async (pid: number): Promise<void> => await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)

describe('serve', () => {
  it('prints its address alone on stdout, and the page opens with it', async () => {
    const program = await serve()
    const opened = await fetch(program.out.trim(), { redirect: 'manual' })
    expect(opened.status).toBe(303)
    const [cookie = ''] = opened.headers.getSetCookie()
    const page = await fetch(new URL('/', program.out.trim()), { headers: { cookie: cookie.split(';')[0] ?? '' } })
    expect(await page.text()).toContain('<title>LLaVA Desk</title>')
    expect(program.out).toMatch(address)
    expect(program.error).toBe('')
  })

  it('draws a new token at every start', async () => {
    const tokens = [await serve(), await serve()].map(({ out }) => new URL(out).searchParams.get('token'))
    expect(new Set(tokens).size).toBe(2)
  })

  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)('stops on %s, with its engine (Windows: a test cannot send it)', async (signal) => {
    const program = await serve()
    const engine = process.platform === 'linux' ? await engineOf(program) : null
    program.child.kill(signal)
    expect(await program.ended).toEqual({ code: 0, signal: null })
    if (engine !== null) await gone(engine)
  })

  it.skipIf(process.platform !== 'linux')('leaves no engine behind when it is killed (Linux: reads /proc)', async () => {
    const program = await serve()
    const engine = await engineOf(program)
    program.child.kill('SIGKILL')
    await program.ended
    await gone(engine)
  })

  it('says which port is in use, with 1', async () => {
    const other = createServer()
    const port = await new Promise<number>((resolve) => other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)))
    const { code, out, error } = await runProgram(['serve', '--no-open', '--port', String(port)], { LLAVA_DESK_DATA: folder })
    other.close()
    expect([code, out]).toEqual([1, ''])
    expect(error).toBe(`Port ${port} is in use by another program. Give another one with --port, or leave it out to use any free port.\n`)
  })
})
