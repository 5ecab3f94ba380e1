import { mkdirSync } from 'node:fs'
import { Connection } from '../../support/connect.ts'
import { expect, test } from '../../support/fixtures.ts'
import { addressLine, startServer } from '../../support/launchBrowserHost.ts'
import { samplePath, sampleQuestions } from '../../support/samples.ts'

/** The demo model's own measure for boxes. */
function overlap(a: readonly number[], b: readonly number[]): number {
  const [ax0 = 0, ay0 = 0, ax1 = 0, ay1 = 0] = a, [bx0 = 0, by0 = 0, bx1 = 0, by1 = 0] = b
  const width = Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0)), height = Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0))
  const union = (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - width * height
  return union > 0 ? (width * height) / union : 0
}

const numbers = (text: string): number[] => (text.match(/\d+(\.\d+)?/g) ?? []).map(Number)

test('answers every question about the samples as the demo model was measured: all right', async ({}, info) => {
  test.setTimeout(180_000)
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  const server = startServer({ dataFolder })
  const wrong: string[] = []
  try {
    const connection = await Connection.open((await server.waitFor(addressLine))[0])
    const images = new Map<string, string>()
    for (const { file, prompt, answer, check } of sampleQuestions()) {
      const image = images.get(file) ?? (await connection.addImage(samplePath(file)))
      images.set(file, image)
      const { text } = await connection.finished((await connection.ask(prompt, [image], { temperature: 0 })).id)
      const right = check === 'exact' ? text === answer : overlap(numbers(text), numbers(answer)) >= 0.5
      if (!right) wrong.push(`${file}: ${prompt}\n  expected ${answer}\n  answered ${text}`)
    }
    connection.close()
  } finally {
    await server.stop()
  }
  expect(wrong).toEqual([])
})
