import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { textAt, writePdf } from '../../main/services/documents/testing/writePdf.ts'
import { ChatPage } from '../support/ChatPage.ts'
import { badDocuments, receiptsPdf } from '../support/documents.ts'
import { ExtractPage } from '../support/ExtractPage.ts'
import { expect, test } from '../support/fixtures.ts'
import { samplePath } from '../support/samples.ts'

test('a template is tried on a page of a PDF or TIFF that is dropped, pasted or chosen', async ({ app }, info) => {
  test.setTimeout(120_000)
  const { page } = app, extract = new ExtractPage(page), chat = new ChatPage(page)
  const panel = page.getByTestId('try'), shop = panel.getByTestId('cells').locator('dd').first(), done = panel.getByText('This was read.')
  const folder = info.outputPath('documents')
  mkdirSync(folder, { recursive: true })
  const pdf = join(folder, 'receipts.pdf'), tiff = join(folder, 'scan.tif')
  writeFileSync(pdf, await receiptsPdf())
  await sharp(samplePath('receipt-3.png')).tiff().toFile(tiff)
  await extract.open()
  await extract.card('receipt').getByTestId('edit-template').click()

  await chat.drop(pdf)
  await expect(done).toBeVisible({ timeout: 30_000 })
  await expect(shop).toContainText('NULVAS SUPPLY')
  await expect(panel.getByText('of 2')).toBeVisible()
  // The last of what was read is not behind the bar below, wherever the page stands.
  await page.getByTestId('editor-fields').evaluate((fields) => fields.scrollIntoView())
  const last = panel.getByTestId('cells').locator('dd').last()
  await last.evaluate((cell) => cell.closest('.side')?.scrollTo(0, 1e6))
  const bottom = await last.evaluate((cell) => cell.getBoundingClientRect().bottom)
  expect(bottom).toBeLessThan(await page.getByTestId('save-bar').evaluate((bar) => bar.getBoundingClientRect().top))
  await panel.getByTestId('try-page').fill('7')
  await panel.getByTestId('try-page').blur()
  await expect(panel.getByText('Give a page from 1 to 2.')).toBeVisible()
  await panel.getByTestId('try-next-page').click()
  await expect(shop).toContainText('NUNLYN', { timeout: 30_000 })
  await expect(panel.getByTestId('try-page')).toHaveValue('2')

  await chat.paste(tiff, page.getByTestId('template-editor'))
  await expect(shop).toContainText('STAR BAKERY', { timeout: 30_000 })
  await expect(panel.getByText('scan.tif')).toBeVisible()
  await expect(panel.getByTestId('try-page')).toHaveCount(0)

  const locked = (await badDocuments(folder, 3))[2]!.path
  await panel.getByTestId('try-file').setInputFiles(locked)
  await expect(panel.getByRole('alert')).toContainText('password')
  await expect(shop).toContainText('STAR BAKERY')
  await panel.getByTestId('try-file').setInputFiles({ name: 'two.pdf', mimeType: 'application/pdf', buffer: writePdf({ pages: [{ content: textAt(50, 700, 'Total 1.00') }] }) })
  await expect(panel.getByRole('alert')).toHaveCount(0)
  await expect(panel.getByText('two.pdf')).toBeVisible()
})

test('a template that one window saves is in the others at once', async ({ app }) => {
  const { page } = app, second = await app.newPage()
  test.skip(second === null, 'this host has one window')
  if (second === null) return
  const here = new ExtractPage(page), there = new ExtractPage(second)
  await there.open()
  await expect(there.card('receipt')).toBeVisible()
  await here.open()
  await here.card('receipt').getByTestId('edit-template').click()
  await page.getByTestId('template-title').fill('Till receipt')
  await page.getByTestId('save-template').click()
  const card = second.getByTestId('template-card').filter({ hasText: 'Till receipt' })
  await expect(card).toBeVisible()
  // An editor in which nobody has typed follows; one in which somebody has says that there is something newer.
  await card.getByTestId('edit-template').click()
  const title = second.getByTestId('template-title')
  await expect(title).toHaveValue('Till receipt')
  await page.getByTestId('template-title').fill('Till roll')
  await page.getByTestId('save-template').click()
  await expect(title).toHaveValue('Till roll')
  await title.fill('Mine')
  await page.getByTestId('template-title').fill('Roll')
  await page.getByTestId('save-template').click()
  await expect(second.getByText(/^Version 3 of this template was saved in another window/)).toBeVisible()
  await expect(title).toHaveValue('Mine')
  // Also once that page was reloaded: what is typed there is still made of the version before.
  await second.reload()
  await expect(title).toHaveValue('Mine')
  await expect(second.getByText(/^Version 3 of this template was saved in another window/)).toBeVisible()
})

test('saving leads to the place in a rule that keeps it from being done', async ({ app }) => {
  const { page } = app, extract = new ExtractPage(page)
  await extract.open()
  await extract.card('receipt').getByTestId('edit-template').click()
  const rule = page.getByTestId('rule').nth(1), total = rule.getByLabel('What the parts add up to', { exact: true })
  await total.selectOption('tax')
  await expect(rule.getByText('The field tax is named twice.')).toBeVisible()
  await page.getByTestId('save-template').click()
  await expect(total).toBeFocused()
  await expect(total).toHaveAttribute('aria-invalid', 'true')
  // A column cannot be the total of a sum.
  await expect(total.locator('option[value="items.amount"]')).toHaveCount(0)
  await expect(rule.locator('select').first().locator('option[value="items.amount"]')).toHaveCount(1)
})
