import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Rgb } from './pillow.ts'

export interface EncodeJob {
  readonly projectorPath: string
  readonly rgbPath: string
  readonly width: number
  readonly height: number
  readonly outPath: string
  readonly squarePath: string
}

export type EncodeOutcome = { readonly tokens: number; readonly width: number } | { readonly error: string }

/** What the addon made of a picture: the square the model sees and its embeddings, or the code of its error. */
export type Encoded = { readonly square: Uint8Array; readonly embeddings: Float32Array; readonly width: number } | { readonly error: string }

/**
 * Encodes pictures with a build of the addon, in a process of its own. `modelPath` is a language model as wide as the projectors' output.
 * Resolves to `{ died }` where native code ended the process.
 */
export async function encodeInChild(
  addonPath: string,
  modelPath: string,
  requests: readonly { readonly projectorPath: string; readonly picture: Rgb }[],
): Promise<readonly Encoded[] | { readonly died: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'encode-'))
  try {
    const jobs = requests.map(({ projectorPath, picture }, i): EncodeJob => {
      const rgbPath = join(folder, `${i}.rgb`)
      writeFileSync(rgbPath, picture.data)
      return { projectorPath, rgbPath, width: picture.width, height: picture.height, outPath: join(folder, `${i}.f32`), squarePath: join(folder, `${i}.square`) }
    })
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify({ modelPath, jobs }))
    const died = await runChild([addonPath, join(folder, 'jobs.json'), join(folder, 'outcomes.json')])
    if (died !== null) return { died }
    const outcomes = JSON.parse(readFileSync(join(folder, 'outcomes.json'), 'utf8')) as EncodeOutcome[]
    return outcomes.map((outcome, i) => ('error' in outcome ? outcome : read(jobs[i]!, outcome.width)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function read(job: EncodeJob, width: number): Encoded {
  const bytes = readFileSync(job.outPath)
  return { embeddings: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), square: readFileSync(job.squarePath), width }
}

/** Null where the child ended well; its signal where native code ended it. Throws its output where it failed by itself. */
async function runChild(args: readonly string[]): Promise<string | null> {
  const script = fileURLToPath(new URL('encodeChild.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...end) => resolve(end))
  })
  if (code === 0) return null
  if (signal !== null) return signal
  throw new Error(`the encoding process failed (${String(code)}):\n${output.slice(-4000)}`)
}
