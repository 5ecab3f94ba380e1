import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { startEngine } from '../engine/startEngine.ts'
import { ensurePeers } from '../peers/ensurePeers.ts'
import { runPeer } from '../peers/runPeer.ts'
import { randomPicture } from '../reference/pictures.ts'
import { benchModel } from './models.ts'
import type { Comparison } from './statistics.ts'
import { timeAnswer } from './timeAnswer.ts'

/**
 * From a picture to the first token, with LLaVA-1.5's vision tower and a small language model; then the same picture again.
 * Ours runs all 23 vision blocks, llama.cpp's own libmtmd leaves the last one out.
 */
export async function compareFirstToken({ threads, rounds }: { threads: number; rounds: number }): Promise<Comparison[]> {
  const peers = await ensurePeers('answer-tokens')
  const files = { model: benchModel('synthetic-small.gguf'), projector: benchModel('synthetic-small-mmproj.gguf') }
  const folder = mkdtempSync(join(tmpdir(), 'first-token-'))
  const ours: number[] = []
  const again: number[] = []
  const theirs: number[] = []
  try {
    const { data, width, height } = randomPicture(336, 336, 1)
    await sharp(data, { raw: { width, height, channels: 3 } }).png().toFile(join(folder, 'a.png'))
    writeFileSync(join(folder, 'a.ppm'), Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]))
    const request = `${join(folder, 'a.png')}\tUSER: <__media__>\\nWhat is the total? ASSISTANT:\n`
    for (let round = 0; round < rounds; round++) {
      const output = await runPeer(peers['answer-tokens'], [files.model, files.projector, String(threads), '1'], request)
      theirs.push((JSON.parse(output) as { firstTokenMs: number }).firstTokenMs)
      const engine = await startEngine(files, { threads, contextSize: 2048 })
      const ask = async (question: string): Promise<number> => {
        const picture = { key: 'a', path: join(folder, 'a.ppm') }
        const prompt = [{ type: 'text', text: 'USER: ', trusted: true } as const, { type: 'image', picture } as const, { type: 'text', text: `\n${question} ASSISTANT:`, trusted: true } as const]
        return (await timeAnswer(engine, prompt, 1)).firstTokenMs
      }
      try {
        ours.push(await ask('What is the total?'))
        again.push(await ask('What is the user?'))
      } finally {
        await engine.stop()
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const line = { unit: 'ms', peer: 'libmtmd', kind: 'time', theirs } as const
  return [
    { ...line, what: 'picture to first token, CLIP-L/336', ours },
    { ...line, what: 'another question about it', ours: again },
  ]
}
