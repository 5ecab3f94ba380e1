import type { Route } from '@playwright/test'
import { badDocuments, writeReceipts } from '../support/documents.ts'
import { ExtractPage } from '../support/ExtractPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { ReviewPage } from '../support/ReviewPage.ts'
import { settled } from '../support/screens.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })
    test.beforeEach(({ host }) => test.skip(host !== 'browser', 'a request for a picture can be held back in the browser host alone'))

    test('the page of a document keeps its place while it comes, and can be tried again where it does not', async ({ app }, info) => {
      test.setTimeout(120_000)
      const { page } = app, extract = new ExtractPage(page), review = new ReviewPage(page)
      const view = page.getByTestId('page-view'), skeleton = page.getByTestId('page-skeleton'), retry = page.getByTestId('page-retry'), news = page.getByTestId('page-news')
      await extract.open()
      await extract.choose('receipt', await writeReceipts(info.outputPath('pile'), 1))
      await extract.start()
      await extract.ended(1)

      const held: Route[] = []
      const pictures = /\/images\/[0-9a-f]{64}\/full/
      await page.route(pictures, (route) => void held.push(route))
      await page.getByTestId('review').first().click()
      await review.begun()
      await expect(view).toHaveAttribute('aria-busy', 'true')
      await expect(skeleton).toBeVisible()
      await expect(news).toHaveText('Opening the page…')
      expect(await news.evaluate((status) => status.closest('[aria-busy="true"]') === null)).toBe(true)
      await expect(view.locator('img')).toBeHidden()
      await expect.poll(() => held.length).toBe(1)
      await settled(page)
      await page.screenshot({ path: info.outputPath('loading.png') })
      await held.pop()?.abort()
      await expect(page.getByText(/^The picture of page-001\.png cannot be shown/)).toBeVisible()
      await expect(news).toHaveText('')
      await expect(skeleton).toHaveCount(0)
      await page.screenshot({ path: info.outputPath('failed.png') })
      await page.unroute(pictures)
      await retry.click()
      await expect(view.locator('img')).toBeVisible()
      await expect(view).toHaveAttribute('aria-busy', 'false')
      await expect(skeleton).toHaveCount(0)
      await expect(news).toHaveText('')
    })
  })
}

test('the wish to draw on a page is kept while the page itself is still being drawn', async ({ app, host }, info) => {
  test.skip(host !== 'browser', 'answers can be held back in the browser host alone')
  test.setTimeout(120_000)
  const { page } = app, extract = new ExtractPage(page), review = new ReviewPage(page), news = page.getByTestId('page-news')
  const held: (() => void)[] = []
  let holding = false
  await page.routeWebSocket(/./, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (holding) held.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  await page.reload()
  await extract.open()
  await extract.choose('receipt', await writeReceipts(info.outputPath('pile'), 3))
  await extract.start()
  await extract.ended(3)
  await page.getByTestId('review').first().click()
  await review.begun()
  await expect(page.getByTestId('page-view').locator('img')).toBeVisible()

  holding = true
  // The next page was drawn ahead, the one after it was not.
  for (const name of ['page-002.png', 'page-003.png']) {
    await page.keyboard.press('j')
    await expect(page.getByRole('heading', { name })).toBeVisible()
  }
  await expect(news).toHaveText('Opening the page…')
  await page.keyboard.press('r')
  holding = false
  for (const send of held.splice(0)) send()
  await expect(page.getByText(/^Draw a box around what is to be read/)).toBeVisible()
  await expect(page.getByTestId('page-view')).toBeFocused()
})

test('a document that was read is removed only after a question', async ({ app }, info) => {
  test.setTimeout(120_000)
  const { page } = app, extract = new ExtractPage(page)
  const [read] = await writeReceipts(info.outputPath('pile'), 1), [bad] = await badDocuments(info.outputPath('pile'), 1)
  await extract.open()
  await extract.choose('receipt', [read!, bad!.path])
  await extract.start()
  await extract.ended(1)
  await extract.ended(1, 'failed')
  await extract.items.filter({ hasText: 'page-001.png' }).getByTestId('remove-item').click()
  await expect(extract.dialog).toContainText('Remove page-001.png, page 1 from the run?')
  await page.keyboard.press('Escape')
  await expect(extract.dialog).toHaveCount(0)
  await expect(extract.items).toHaveCount(2)
  await extract.items.filter({ hasText: 'page-001.png' }).getByTestId('remove-item').click()
  await page.getByTestId('confirm').click()
  await expect(extract.items).toHaveCount(1)
  // Nothing is lost with one that could not be read.
  await extract.items.getByTestId('remove-item').click()
  await expect(extract.items).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Documents' })).toBeFocused()
})
