import { readFile } from 'node:fs/promises'
import { rowsOf } from '../support/csv.ts'
import { badDocuments, receiptName, truthOf, writeReceipts } from '../support/documents.ts'
import { ExtractPage } from '../support/ExtractPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { ReviewPage } from '../support/ReviewPage.ts'

const rows = 20

test(`${rows} documents become a table that is reviewed with the keyboard alone`, async ({ app }, info) => {
  test.setTimeout(240_000)
  const { page } = app, extract = new ExtractPage(page), review = new ReviewPage(page)
  const paths = await writeReceipts(info.outputPath('pile'), rows)
  await extract.open()
  await extract.choose('receipt', paths)
  await extract.start()
  await extract.ended(rows)
  await page.getByTestId('review').first().click()
  await review.begun()

  // From here on no pointer. Every value that wants to be looked at is looked at.
  const all = await review.left()
  expect(all).toBeGreaterThanOrEqual(rows)
  await review.press('u', /marked as unreadable/)
  await review.press('ControlOrMeta+z', /^Undone/)
  await expect(review.cell).toBeFocused()
  expect(await review.left()).toBe(all)
  await review.press('ControlOrMeta+Shift+z', /^Redone/)
  await expect(review.cell).toBeFocused()
  expect(await review.left()).toBe(all - 1)
  await review.press('ControlOrMeta+z', /^Undone/)
  await review.press('ControlOrMeta+y', /^Redone/)
  await review.press('ControlOrMeta+z', /^Undone/)
  expect(await review.left()).toBe(all)
  await page.keyboard.press('e')
  await expect(review.editor).toBeVisible()
  await page.keyboard.type('R-42')
  await page.keyboard.press('Enter')
  await expect(review.editor).toHaveCount(0)
  await expect.poll(async () => await review.left()).toBe(all - 1)
  for (let left = all - 1; left > 0; left--) {
    await page.keyboard.press('a')
    await expect.poll(async () => await review.left(), { intervals: [20] }).toBe(left - 1)
  }
  await expect(review.news).toHaveText('Nothing is left to review.')
  await expect(review.failures).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(review.root).toHaveCount(0)

  if (app.host !== 'browser') return
  const download = await extract.save()
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const csv = await readFile(await download.path(), 'utf8')
  const written = rowsOf(csv)
  expect(csv.startsWith('\uFEFFShop,')).toBe(true)
  expect(written.map((row) => [row['File'], row['Shop'], row['Total']])).toEqual(Array.from({ length: rows }, (_, index) => [receiptName(index), truthOf(index).vendor, truthOf(index).total.toFixed(2)]))
  expect(written.filter((row) => row['Receipt number'] === 'R-42')).toHaveLength(1)
})

test('a pile goes on by itself after the app was killed, and bad files say why', async ({ launch }, info) => {
  test.setTimeout(180_000)
  const count = 12
  const paths = await writeReceipts(info.outputPath('pile'), count)
  const bad = await badDocuments(info.outputPath('pile'), 4)
  const first = await launch(), done = first.page.locator('[data-testid="item"][data-state="done"]')
  const before = new ExtractPage(first.page)
  await before.open()
  await before.choose('receipt', [...paths, ...bad.map(({ path }) => path)])
  await before.start()
  await expect(done).not.toHaveCount(0, { timeout: 60_000 })
  await first.kill()
  expect(await done.count(), 'it was in the middle').toBeLessThan(count)

  const { page } = await launch()
  const after = new ExtractPage(page)
  await after.open()
  await after.openFirstRun()
  await after.ended(count)
  await after.ended(bad.length, 'failed')
  await expect(after.items).toHaveCount(count + bad.length)
  for (const { name } of bad) await expect(after.items.filter({ hasText: name })).toHaveCount(1)
})
