import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../main/engine/client/Engine.ts'
import type { PromptPart } from '../../main/engine/protocol.ts'
import { answerGreedily, demoFiles, startEngine } from '../engine/startEngine.ts'
import type { GreedyAnswer } from '../engine/startEngine.ts'
import type { Rgb } from '../reference/pillow.ts'
import { llavaSquare } from '../reference/square.ts'
import { samplePath, sampleQuestions, samples } from '../samples.ts'
import { ensurePeers } from './ensurePeers.ts'
import { runPeer } from './runPeer.ts'

/**
 * Greedy answers of the demo model, from our engine and from llama.cpp's own programs: the same tokens. The picture is squared
 * beforehand for both, since llama.cpp pads otherwise than LLaVA; the demo model has no class token and a last block of zeros,
 * so that the other differences of llama.cpp's vision do not touch it.
 */
const pairCount = 30
const maxTokens = 96
// Threads that wait for each other by spinning would make a busy machine crawl.
const threads = 1

/** Every third pair: all pictures, all kinds of questions. */
const pairs = sampleQuestions.map(({ file, prompt }) => ({ file, question: prompt })).filter((_, i) => i % 3 === 0).slice(0, pairCount)
const before = `${samples.system} USER: `
const after = (question: string): string => `\n${question} ASSISTANT:`

const canRun = process.platform === 'linux'
if (!canRun) console.log('Skipped: the programs to compare answers with are built on Linux only.')

describe.skipIf(!canRun)('greedy answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parity-'))
  const png = (file: string): string => join(folder, file)
  const ppm = (file: string): string => join(folder, `${file}.ppm`)
  let peers: Record<'llama-mtmd-cli' | 'answer-tokens', string>
  let engine: Engine

  beforeAll(async () => {
    for (const { file } of samples.images) {
      const square = llavaSquare(await decode(samplePath(file)), 336)
      await sharp(square.data, { raw: { width: 336, height: 336, channels: 3 } }).png().toFile(png(file))
      writeFileSync(ppm(file), Buffer.concat([Buffer.from('P6\n336 336\n255\n'), square.data]))
    }
    peers = await ensurePeers('llama-mtmd-cli', 'answer-tokens')
    engine = await startEngine(demoFiles, { threads, contextSize: 2048 })
  })
  afterAll(async () => {
    await engine.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const known = new Map<string, GreedyAnswer>()
  const ask = async (file: string, question: string): Promise<GreedyAnswer> => {
    const key = `${file}: ${question}`
    const answer = known.get(key) ?? (await answerGreedily(engine, promptOf(file, question), maxTokens))
    known.set(key, answer)
    return answer
  }
  const promptOf = (file: string, question: string): PromptPart[] => [
    { type: 'text', text: before, trusted: true },
    { type: 'image', picture: { key: file, path: ppm(file) } },
    { type: 'text', text: after(question), trusted: true },
  ]

  it(`are llama.cpp's, token for token, for ${pairCount} pairs of picture and question`, async () => {
    expect(pairs).toHaveLength(pairCount)
    const requests = pairs.map(({ file, question }) => `${png(file)}\t${before}<__media__>${after(question).replaceAll('\n', '\\n')}\n`)
    const output = await runPeer(peers['answer-tokens'], [demoFiles.model, demoFiles.projector, String(threads), String(maxTokens)], requests.join(''))
    const theirs = output.trim().split('\n').map((line) => JSON.parse(line) as { prompt: number[]; answer: number[] })
    for (const [i, { file, question }] of pairs.entries()) {
      expect((await engine.tokenize(promptOf(file, question))).tokens, question).toEqual(theirs[i]!.prompt)
      expect((await ask(file, question)).tokens, `${file}: ${question}`).toEqual(theirs[i]!.answer)
    }
  })

  it(`are llama-mtmd-cli's texts for the same pairs`, async () => {
    for (const { file, question } of pairs) {
      const output = await runPeer(peers['llama-mtmd-cli'], [
        ...['-m', demoFiles.model, '--mmproj', demoFiles.projector, '--jinja', '--image', png(file), '--temp', '0', '-n', String(maxTokens)],
        ...['-c', '2048', '-t', String(threads), '-p', `<__media__>\n${question}`],
      ])
      // It prints line breaks around the answer; the space that begins an answer is no part of ours.
      expect((await ask(file, question)).text, `${file}: ${question}`).toBe(output.trim())
    }
  })
})

async function decode(path: string): Promise<Rgb> {
  const { data, info } = await sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}
