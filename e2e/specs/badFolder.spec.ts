import { statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChatPage } from '../support/ChatPage.ts'
import { readOnlyFolder, tinyDisk, type DataFault } from '../support/dataFaults.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath, truth } from '../support/samples.ts'
import { sentence } from '../support/sentences.ts'

const total = 'What is the total?'
const notAllowed = 'this user may not mount a file system here'
let fault: DataFault | null = null

test.afterEach(() => {
  fault?.undo()
  fault = null
})

test('a data folder without write permission is said, and questions are answered all the same', async ({ launch }, info) => {
  fault = readOnlyFolder(info.outputPath('read-only'))
  test.skip(fault === null, notAllowed)
  const chat = new ChatPage((await launch({ dataFolder: fault!.folder })).page)
  await expect(chat.page.getByRole('alert').filter({ hasText: sentence('NOTHING_KEPT_NOT_WRITABLE') })).toBeVisible()
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
})

test('a disk that is full from the start is said, and questions are answered all the same', async ({ launch }, info) => {
  fault = tinyDisk(info.outputPath('full'), 64)
  test.skip(fault === null, notAllowed)
  const chat = new ChatPage((await launch({ dataFolder: fault!.folder })).page)
  await expect(chat.page.getByRole('alert').filter({ hasText: sentence('NOTHING_KEPT_DISK_FULL') })).toBeVisible()
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
})

test('a disk that becomes full is said, loses nothing, and is used again once there is space', async ({ launch }, info) => {
  fault = tinyDisk(info.outputPath('filling'), 8192)
  test.skip(fault === null, notAllowed)
  const { folder } = fault!
  const chat = new ChatPage((await launch({ dataFolder: folder })).page)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  const answer = await chat.answerTo(total)

  const ballast = join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(freeBytes(folder)))
  await chat.drop(samplePath('invoice-1.png'))
  await expect(chat.attachments).toHaveText([sentence('DISK_FULL')])
  await chat.attachments.getByRole('button', { name: /^Remove / }).click()
  await expect(chat.answers).toHaveText([answer])

  writeFileSync(ballast, '')
  await chat.newChat()
  await chat.drop(samplePath('invoice-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo('Who is the vendor?')).toBe(truth('invoice-1.png', 'Who is the vendor?'))
})

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
