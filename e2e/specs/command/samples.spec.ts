import { mkdirSync } from 'node:fs'
import { isRight, samplePath, sampleQuestions } from '../../../bench/samples.ts'
import { Connection } from '../../support/connect.ts'
import { expect, test } from '../../support/fixtures.ts'
import { addressLine, startServer } from '../../support/launchBrowserHost.ts'

test('answers every question about the samples as the demo model was measured: all right', async ({}, info) => {
  test.setTimeout(180_000)
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  const server = startServer({ dataFolder })
  const wrong: string[] = []
  try {
    const connection = await Connection.open((await server.waitFor(addressLine))[0])
    const images = new Map<string, string>()
    for (const question of sampleQuestions) {
      const { file, prompt, answer } = question
      const image = images.get(file) ?? (await connection.addImage(samplePath(file)))
      images.set(file, image)
      const { text } = await connection.finished((await connection.ask(prompt, [image], { temperature: 0 })).id)
      if (!isRight(question, text)) wrong.push(`${file}: ${prompt}\n  expected ${answer}\n  answered ${text}`)
    }
    connection.close()
  } finally {
    await server.stop()
  }
  expect(wrong).toEqual([])
})
