import { mkdirSync } from 'node:fs'
import type { TestInfo } from '@playwright/test'
import { badModels, badPictures } from '../../support/badFiles.ts'
import { readOnlyFolder, tinyDisk } from '../../support/dataFaults.ts'
import { expect, test } from '../../support/fixtures.ts'
import { runCommand } from '../../support/runCommand.ts'
import { samplePath, truth } from '../../support/samples.ts'
import { sentence } from '../../support/sentences.ts'

const total = 'What is the total?'
const receipt = ['--image', samplePath('receipt-1.png')] as const
const notAllowed = 'this user may not mount a file system here'

/** What `--json` prints, as far as it is checked. */
interface Answer {
  answer: string
  stopReason: string
  tokens: { prompt: number; image: number; generated: number; evaluated: number }
  reused: { promptTokens: number; images: number }
  milliseconds: Record<string, number>
}

function folderOf(info: TestInfo): string {
  const folder = info.outputPath('data')
  mkdirSync(folder, { recursive: true })
  return folder
}

test('ask prints the answer and nothing else', async ({}, info) => {
  const { code, stdout } = await runCommand(folderOf(info), ['ask', ...receipt, total])
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${truth('receipt-1.png', total)}\n` })
})

test('ask --json prints one object with tokens, timings and what was reused', async ({}, info) => {
  const { code, stdout } = await runCommand(folderOf(info), ['ask', '--json', ...receipt, total])
  expect(code).toBe(0)
  const result = JSON.parse(stdout) as Answer
  expect(result).toMatchObject({ answer: truth('receipt-1.png', total), stopReason: 'end', tokens: { image: 576 }, reused: { promptTokens: 0, images: 0 } })
  expect(result.tokens.evaluated).toBe(result.tokens.prompt)
  expect(Object.values(result.milliseconds).every((value) => value >= 0)).toBe(true)
})

test('ask stops at the token limit, repeats itself with a seed, and takes a system prompt', async ({}, info) => {
  const folder = folderOf(info)
  const limited = await runCommand(folder, ['ask', '--json', '--max-tokens', '2', ...receipt, total])
  expect(JSON.parse(limited.stdout)).toMatchObject({ stopReason: 'length', tokens: { generated: 2 } })
  const warm = ['ask', '--temperature', '3', '--seed', '7', '--max-tokens', '12', '--system', 'Answer in riddles.', 'What is the total?']
  const [first, second] = [await runCommand(folder, warm), await runCommand(folder, warm)]
  expect(first.code).toBe(0)
  expect(second.stdout).toBe(first.stdout)
})

test('bad pictures end with 1 and one sentence', async ({}, info) => {
  const folder = folderOf(info)
  const missing = { what: 'a missing file', path: info.outputPath('missing.png'), code: 'IMAGE_MISSING' as const }
  for (const { what, path, code } of [missing, ...(await badPictures(info.outputDir))]) {
    await test.step(what, async () => {
      const result = await runCommand(folder, ['ask', '--image', path, total])
      expect(result.code).toBe(1)
      expect(result.stdout).toBe('')
      expect(result.stderr.trim()).toMatch(wholly(sentence(code)))
    })
  }
})

test('bad models end with 3 and one sentence', async ({}, info) => {
  const folder = folderOf(info)
  for (const { what, model, projector, code } of badModels(info.outputDir)) {
    await test.step(what, async () => {
      const result = await runCommand(folder, ['ask', '--model', model, '--mmproj', projector, ...receipt, total])
      expect(result.code).toBe(3)
      expect(result.stdout).toBe('')
      expect(result.stderr.trim()).toMatch(wholly(sentence(code)))
    })
  }
})

test('wrong usage ends with 2', async ({}, info) => {
  const folder = folderOf(info)
  for (const args of [['ask'], ['ask', '--temperature', 'hot', 'x'], ['ask', '--nonsense', 'x'], ['nonsense'], ['see'], ['ask', '   ']]) {
    const result = await runCommand(folder, args)
    expect(result.code, `llava-desk ${args.join(' ')}: ${result.stderr}`).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).not.toBe('')
  }
})

test('a data folder without write permission or on a full disk does not keep a question from its answer', async ({}, info) => {
  const readOnly = readOnlyFolder(info.outputPath('read-only')), full = tinyDisk(info.outputPath('full'), 16)
  test.skip(readOnly === null || full === null, notAllowed)
  try {
    for (const fault of [readOnly!, full!]) {
      const { code, stdout } = await runCommand(fault.folder, ['ask', ...receipt, total])
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${truth('receipt-1.png', total)}\n` })
    }
  } finally {
    readOnly?.undo()
    full?.undo()
  }
})

/** The sentence must be all there is: no stack, no second line. */
function wholly(pattern: RegExp): RegExp {
  return new RegExp(`^${pattern.source}$`)
}
