import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { engineCachePaths, setCacheLimit } from '../../platform/engineCache.ts'
import type { LoadOptions, PromptPart } from '../protocol.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { answerOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'
import type { Answer, RealEngine } from './testing/realEngine.ts'

const file = 'receipt-1.png'
const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms))

describe('what the real engine keeps on disk', () => {
  const suite = engineFolder()
  let cacheFolder = ''
  const options: LoadOptions = { ...demoOptions, threads: 1 }
  const chats = () => filesIn(engineCachePaths(cacheFolder).chats)
  const pictures = () => filesIn(engineCachePaths(cacheFolder).pictures)
  const start = (saveAfterMs = 3_600_000) => startEngine({ cacheFolder, saveAfterMs })
  const question = (text: string) => suite.samples.prompt(file, text)
  const ask = async ({ engine }: RealEngine, prompt: PromptPart[], conversation = 'chat'): Promise<Answer> => await answerOf(engine, greedy(prompt, { conversation, keep: true }))
  /** Answers with a process of its own, from its start to its end. */
  const session = async <T>(work: (real: RealEngine) => Promise<T>, load = options): Promise<T> => {
    await using real = start()
    real.engine.use(load)
    await real.engine.ready()
    return await work(real)
  }
  beforeEach(async () => {
    cacheFolder = await mkdtemp(suite.at('cache-'))
  })

  it('lets a chat go on after a restart as if there had been none', async () => {
    const first = await session(async (real) => await ask(real, question('What is the total?')))
    expect(first.stats.reusedPromptTokens).toBe(0)
    expect([chats().length, pictures().length]).toEqual([2, 1])
    await session(async (real) => {
      const again = await ask(real, question('What is the total?'))
      expect(again.tokens).toEqual(first.tokens)
      expect(again.stats).toMatchObject({ reusedPromptTokens: first.stats.promptTokens - 1, evaluatedTokens: 1, reusedImages: 1, milliseconds: { image: 0 } })
      const next = await ask(real, question('What is the tax?'))
      expect(next.text).toBe('$2.36')
      expect(next.stats.reusedImages).toBe(1)
    })
  })

  it('needs neither pixels nor an encoder for a picture that was seen before the restart, unless its file is damaged', async () => {
    const first = await session(async (real) => await ask(real, question('What is the total?')))
    rmSync(engineCachePaths(cacheFolder).chats, { recursive: true })
    const unseen = question('What is the total?').map((part): PromptPart => (part.type === 'image' ? { type: 'image', picture: { key: file, path: suite.at('none.ppm') } } : part))
    await session(async (real) => {
      expect(await real.engine.missing([file, 'unknown'])).toEqual({ keys: ['unknown'] })
      const { tokens, stats } = await ask(real, unseen, 'another')
      expect(tokens).toEqual(first.tokens)
      expect(stats).toMatchObject({ reusedPromptTokens: 0, reusedImages: 1 })
    })
    flip(pictures()[0] ?? '')
    await session(async (real) => {
      expect(await real.engine.missing([file])).toEqual({ keys: [file] })
      expect(pictures()).toEqual([])
      const { tokens, stats } = await ask(real, question('What is the total?'), 'a third')
      expect(tokens).toEqual(first.tokens)
      expect(stats.reusedImages).toBe(0)
    })
    expect(pictures()).toHaveLength(1)
  })

  it('is not used, and deleted, where it is damaged; the answer is the same', async () => {
    const damages: (() => void)[] = [
      () => flip(fileOf(chats(), '.kv')),
      () => truncateSync(fileOf(chats(), '.kv'), 1000),
      () => writeFileSync(fileOf(chats(), '.json'), '{}'),
      () => writeFileSync(fileOf(chats(), '.json'), readFileSync(fileOf(chats(), '.json'), 'utf8').replace('"items":[', '"items":[5,')),
    ]
    const first = await session(async (real) => await ask(real, question('What is the total?')))
    for (const damage of damages) {
      damage()
      await session(async (real) => {
        const again = await ask(real, question('What is the total?'))
        expect(chats()).toEqual([])
        expect(again.tokens).toEqual(first.tokens)
        expect(again.stats.reusedPromptTokens).toBe(0)
      })
      expect(chats()).toHaveLength(2)
    }
  })

  it('is not shared between weights that differ in a byte', async () => {
    await session(async (real) => await ask(real, question('What is the total?')))
    const files = { model: suite.at('changed.gguf'), projector: suite.at('changed-mmproj.gguf') }
    for (const [from, to] of [[demoOptions.files.model, files.model], [demoOptions.files.projector ?? '', files.projector]] as const) {
      const bytes = await readFile(from)
      // In the last tensor's last numbers, which hardly matter to the answer.
      bytes.writeUInt8((bytes.at(-64) ?? 0) ^ 1, bytes.length - 64)
      await writeFile(to, bytes)
    }
    const { stats } = await session(async (real) => await ask(real, question('What is the total?')), { ...options, files })
    expect(stats).toMatchObject({ reusedPromptTokens: 0, reusedImages: 0 })
    expect([chats().length, pictures().length]).toEqual([4, 2])
  })

  it('is nothing with a limit of zero, also of what was kept before', async () => {
    await setCacheLimit(cacheFolder, 0)
    await session(async (real) => await ask(real, question('What is the total?')))
    expect([...chats(), ...pictures()]).toEqual([])
  })

  it('may be deleted while it is used', async () => {
    await using real = start(1)
    real.engine.use(options)
    await real.engine.ready()
    const alone = await ask(real, question('What is the total?'))
    for (let round = 0; round < 4; round++) {
      while (chats().length < 2 && round === 0) await sleep(5)
      rmSync(cacheFolder, { recursive: true, force: true })
      const again = await ask(real, question(round % 2 === 0 ? 'What is the tax?' : 'What is the total?'))
      expect(again.text).toBe(round % 2 === 0 ? '$2.36' : alone.text)
    }
    expect(real.engine.status.state).toBe('ready')
  })

  it('is whole or not there when the process is killed while it writes', async () => {
    await using real = start(1)
    real.engine.use(options)
    for (let round = 0; round < 3; round++) {
      await real.engine.ready()
      await ask(real, question(`Who is vendor ${round}?`), `chat ${round}`)
      // As soon as anything of a chat is there.
      while (!filesIn(engineCachePaths(cacheFolder).chats).some((path) => path.endsWith('.tmp') || path.endsWith('.kv'))) await sleep(1)
      process.kill(real.engine.processId ?? 0, 'SIGKILL')
      while (real.engine.status.state === 'ready') await sleep(5)
    }
    await real.engine.ready()
    const answer = await ask(real, question('What is the total?'))
    expect(answer.text).toBe('$25.97')
    // What was left half is gone with the first start that comes an hour later.
    const hoursAgo = new Date(Date.now() - 7_200_000)
    await real.engine.stop()
    const half = join(engineCachePaths(cacheFolder).chats, 'a.kv.1-x.tmp')
    await copyFile(fileOf(chats(), '.kv'), half)
    for (const path of chats().filter((name) => name.endsWith('.tmp'))) utimesSync(path, hoursAgo, hoursAgo)
    await session(async (later) => expect((await ask(later, question('What is the total?'))).stats.reusedPromptTokens).toBeGreaterThan(0))
    expect(chats().filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

function fileOf(paths: readonly string[], extension: string): string {
  const path = paths.find((one) => one.endsWith(extension))
  if (path === undefined) throw new Error(`no ${extension} among ${paths.join(', ')}`)
  return path
}

/** Changes a byte in the middle of a file. */
function flip(path: string): void {
  const bytes = readFileSync(path)
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at)
  writeFileSync(path, bytes)
}
