import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import sharp from 'sharp'
import { tinyDisk } from '../../support/dataFaults.ts'
import { expect, test } from '../../support/fixtures.ts'
import { runCommand } from '../../support/runCommand.ts'
import { samplePath } from '../../support/samples.ts'
import { sentence } from '../../support/sentences.ts'

test('see writes the square picture and the embeddings the model gets', async ({}, info) => {
  const data = info.outputPath('data'), png = info.outputPath('seen.png'), embeddings = info.outputPath('seen.f32')
  mkdirSync(data, { recursive: true })
  // 336 x 280: padded to a square.
  const { code, stderr } = await runCommand(data, ['see', samplePath('receipt-3.png'), '--png', png, '--embeddings', embeddings])
  expect(code, stderr).toBe(0)
  const { data: pixels, info: seen } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expect({ width: seen.width, height: seen.height }).toEqual({ width: 336, height: 336 })
  // The border is LLaVA's padding colour, the mean of CLIP's training pictures.
  expect([...pixels.subarray(0, 3)]).toEqual([122, 116, 104])
  // The demo model: 24 x 24 tokens of 192 numbers.
  expect(statSync(embeddings).size).toBe(576 * 192 * 4)
  const numbers = new Float32Array(readFileSync(embeddings).buffer.slice(0))
  expect(numbers.every(Number.isFinite)).toBe(true)
})

test('see says why it cannot write, and leaves no half file', async ({}, info) => {
  const data = info.outputPath('data')
  mkdirSync(data, { recursive: true })
  const nowhere = await runCommand(data, ['see', samplePath('receipt-1.png'), '--png', info.outputPath('no/such/folder/x.png')])
  expect(nowhere.code).toBe(1)
  const disk = tinyDisk(info.outputPath('full'), 64)
  test.skip(disk === null, 'this user may not mount a file system here')
  try {
    const target = `${disk!.folder}/seen.f32`
    const full = await runCommand(data, ['see', samplePath('receipt-1.png'), '--embeddings', target])
    expect(full.code).toBe(1)
    expect(full.stderr).toMatch(sentence('DISK_FULL'))
    expect(existsSync(target)).toBe(false)
  } finally {
    disk!.undo()
  }
})
