import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRight, samples as expected } from '../../../bench/samples.ts'
import type { SampleQuestion } from '../../../bench/samples.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { answerOf, codeOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'
import type { RealEngine } from './testing/realEngine.ts'

describe('answers of the real engine', () => {
  const suite = engineFolder()
  let real: RealEngine
  beforeAll(async () => {
    real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
  })

  it('are right for every question of expected.json, several conversations at a time', async () => {
    const wrong: string[] = []
    const ask = async (file: string, question: SampleQuestion) => {
      const { prompt, answer } = question
      const { text, stop, stats } = await answerOf(real.engine, greedy(suite.samples.prompt(file, prompt), { conversation: file }))
      if (stop !== 'end' || !isRight(question, text)) wrong.push(`${file}: ${prompt} -> ${text} instead of ${answer}`)
      expect(stats).toMatchObject({ imageTokens: 576, evaluatedTokens: stats.promptTokens - stats.reusedPromptTokens })
    }
    await Promise.all(expected.images.map(async ({ file, prompts }) => {
      for (const question of prompts) await ask(file, question)
    }))
    expect(wrong).toEqual([])
  })

  it('reuse the picture for a second question, in the same conversation and in another', async () => {
    await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?'), { conversation: 'one' }))
    for (const conversation of ['one', 'two']) {
      const { stats, text } = await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the tax?'), { conversation }))
      expect(text).toBe('$2.36')
      expect(stats).toMatchObject({ imageTokens: 576, reusedImages: 1 })
      expect(stats.reusedPromptTokens).toBeGreaterThan(600)
      expect(stats.evaluatedTokens).toBeLessThan(20)
      expect(stats.milliseconds.image).toBe(0)
    }
  })

  it('come sooner where what leads to the question was evaluated ahead', async () => {
    const question = suite.samples.prompt('receipt-1.png', 'What is the total?')
    const after = (text: string) => [...question, { type: 'text' as const, text: '</s>', trusted: true }, { type: 'text' as const, text, trusted: false }]
    const asked = { conversation: 'ahead', prompt: after('USER: What is the tax? ASSISTANT:') }
    await answerOf(real.engine, greedy(question, { conversation: 'ahead' }))
    expect((await real.engine.prefill({ conversation: 'ahead', prompt: after('USER:') })).evaluatedTokens).toBeGreaterThan(1)
    const { stats } = await answerOf(real.engine, greedy(asked.prompt, asked))
    const { tokens } = await real.engine.tokenize([{ type: 'text', text: 'USER: What is the tax? ASSISTANT:', trusted: false }])
    const { tokens: known } = await real.engine.tokenize([{ type: 'text', text: 'USER:', trusted: false }])
    expect(tokens.slice(0, known.length)).toEqual(known)
    expect(stats.evaluatedTokens).toBe(tokens.length - known.length)
    expect(await codeOf(real.engine.prefill({ conversation: 'ahead', prompt: [{ type: 'text', text: 'word '.repeat(5000), trusted: false }] }))).toBe('CONTEXT_FULL')
  })

  it('need no pixels of a picture that is known, even behind another beginning', async () => {
    const question = suite.samples.prompt('receipt-1.png', 'What is the total?')
    await answerOf(real.engine, greedy(question))
    expect(await real.engine.missing(['receipt-1.png', 'unknown'])).toEqual({ keys: ['unknown'] })
    const moved = question.map((part) => (part.type === 'image' ? { type: 'image' as const, picture: { key: 'receipt-1.png', path: join(suite.samples.folder, 'none') } } : part))
    const [first, ...rest] = moved
    if (first?.type !== 'text') throw new Error('the prompt begins with text')
    const { text, stats } = await answerOf(real.engine, greedy([{ ...first, text: first.text.replaceAll('human', 'user') }, ...rest]))
    expect(text).toBe('$25.97')
    expect(stats.reusedImages).toBe(1)
    expect(stats.evaluatedTokens).toBeGreaterThan(576)
  })

  it('are the same alone and beside others, token for token', async () => {
    const questions = expected.images.slice(0, 4).map(({ file, prompts }) => greedy(suite.samples.prompt(file, prompts[0]!.prompt), { conversation: file }))
    const alone: number[][] = []
    for (const question of questions) alone.push((await answerOf(real.engine, question)).tokens)
    const together = await Promise.all(questions.map(async (question) => (await answerOf(real.engine, question)).tokens))
    expect(together).toEqual(alone)
  })

  it('repeat by their seed, also by the one llama.cpp takes for any', async () => {
    const hot = { temperature: 3, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0xffffffff }
    // Each with an empty KV cache: with other cells before it, sums are taken in another order and round otherwise.
    const ask = async () => {
      await real.engine.unload()
      real.engine.use(demoOptions)
      return (await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?'), { sampling: hot, maxTokens: 12 }))).text
    }
    expect(await ask()).toBe(await ask())
  })

  it('stop at their limit and at a stop text', async () => {
    const prompt = suite.samples.prompt('receipt-1.png', 'What is the total?')
    expect(await answerOf(real.engine, greedy(prompt, { maxTokens: 3 }))).toMatchObject({ stop: 'length', stats: { generatedTokens: 3 } })
    expect(await answerOf(real.engine, greedy(prompt, { stopTexts: ['.9'] }))).toMatchObject({ stop: 'end', text: '$25' })
  })

  it('keep to a grammar, end with it, and refuse one that is none', async () => {
    const prompt = suite.samples.prompt('receipt-1.png', 'What is the total?')
    const grammar = String.raw`root ::= "{\"total\": \"$" [0-9]+ "." [0-9] [0-9] "\"}"`
    const { text, stop } = await answerOf(real.engine, greedy(prompt, { grammar }))
    expect(text).toMatch(/^\{"total": "\$\d+\.\d\d"\}$/)
    expect(stop).toBe('end')
    await expect(answerOf(real.engine, greedy(prompt, { grammar: 'root ::= total' }))).rejects.toMatchObject({ code: 'GRAMMAR_INVALID' })
    expect((await answerOf(real.engine, greedy(prompt))).text).toBe('$25.97')
  })

  it('say how likely each token was, whatever the grammar left to choose from', async () => {
    const prompt = suite.samples.prompt('receipt-1.png', 'What is the total?')
    const free = await answerOf(real.engine, greedy(prompt, { probabilities: true }))
    const bytes = (sampled: typeof free.sampled) => (sampled ?? []).reduce((sum, token) => sum + token.bytes, 0)
    // The space in front is left out of the text; the end token has none.
    expect([bytes(free.sampled), free.sampled?.at(-1)?.bytes]).toEqual([` ${free.text}`.length, 0])
    for (const { logProbability } of free.sampled ?? []) expect(logProbability).toBeGreaterThan(Math.log(0.3))
    const held = await answerOf(real.engine, greedy(prompt, { probabilities: true, grammar: 'root ::= "@@"' }))
    expect([held.text, bytes(held.sampled)]).toEqual(['@@', 2])
    expect(held.sampled?.[0]?.logProbability).toBeLessThan(Math.log(0.01))
    expect((await answerOf(real.engine, greedy(prompt))).sampled).toBeUndefined()
  })

  it('say what a prompt costs before it is asked, and refuse what does not fit', async () => {
    const prompt = suite.samples.prompt('receipt-1.png', 'What is the total?')
    const { stats } = await answerOf(real.engine, greedy(prompt))
    expect(await real.engine.count(prompt)).toEqual({ tokens: stats.promptTokens, imageTokens: 576, contextSize: 2048 })
    const long = suite.samples.prompt('receipt-1.png', 'NAME '.repeat(500))
    const { tokens } = await real.engine.count(long)
    await expect(answerOf(real.engine, greedy(long))).rejects.toMatchObject({ code: 'CONTEXT_FULL', params: { needed: tokens + 64, available: 2048, images: 576 } })
  })

  it('show the ids of a prompt, a picture as -200', async () => {
    const { tokens } = await real.engine.tokenize(suite.samples.prompt('receipt-1.png', 'What is the total?'))
    expect(tokens[0]).toBe(1)
    expect(tokens.filter((token) => token === -200)).toHaveLength(1)
  })

  it('refuse a picture whose file is missing, and go on', async () => {
    const prompt = suite.samples.prompt('none.png', 'What is the total?')
    expect(await codeOf(answerOf(real.engine, greedy(prompt)))).toBe('FILE_MISSING')
    expect((await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?')))).text).toBe('$25.97')
  })

  it('write what the model sees', async () => {
    const pixelsOut = join(suite.samples.folder, 'seen.ppm')
    const embeddingsOut = join(suite.samples.folder, 'seen.f32')
    const seen = await real.engine.see({ picture: suite.samples.picture('invoice-2.png'), pixelsOut, embeddingsOut })
    expect(seen).toEqual({ width: 336, height: 336, tokens: 576, embeddingWidth: 192 })
    expect(readFileSync(pixelsOut).toString('latin1', 0, 15)).toBe('P6\n336 336\n255\n')
    expect((await stat(pixelsOut)).size).toBe(15 + 336 * 336 * 3)
    expect((await stat(embeddingsOut)).size).toBe(576 * 192 * 4)
    expect(await codeOf(real.engine.see({ picture: suite.samples.picture('invoice-2.png'), pixelsOut: join(suite.samples.folder, 'seen.ppm', 'inside-a-file'), embeddingsOut: null }))).toBe('FOLDER_NOT_WRITABLE')
  })
})
