import { expect, test } from '../support/fixtures.ts'
import { ReviewPage } from '../support/ReviewPage.ts'
import { samplePath } from '../support/samples.ts'

const documents = ['receipt-1.png', 'receipt-2.png', 'receipt-3.png', 'invoice-1.png', 'invoice-2.png', 'invoice-3.png', 'form-1.png', 'form-2.png', 'id-card-1.png', 'shapes-1.png']

test('a pile of documents is reviewed with the keyboard alone', async ({ app }) => {
  const { page } = app, review = new ReviewPage(page)
  await page.getByTestId('open-extract').click()
  await page.getByTestId('run-template').first().click()
  await page.getByTestId('document-paths').fill(documents.map(samplePath).join('\n'))
  await page.getByTestId('add-paths').click()
  await page.getByTestId('start-run').click()
  await page.getByTestId('review').first().click({ timeout: 60_000 })
  await review.begun()

  // From here on no pointer. Every value that wants to be looked at is looked at.
  const all = await review.left()
  expect(all).toBeGreaterThan(0)
  await review.press('u', /marked as unreadable/)
  await review.press('ControlOrMeta+z', /^Undone/)
  await expect(review.cell).toBeFocused()
  expect(await review.left()).toBe(all)
  for (let left = all; left > 0; left--) {
    await page.keyboard.press('a')
    await expect.poll(async () => await review.left()).toBeLessThan(left)
  }
  await expect(review.news).toHaveText('Nothing is left to review.')
  await expect(review.failures).toHaveCount(0)
})
