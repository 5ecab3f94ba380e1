import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { badDocuments, receiptsPdf, writeReceipts } from './documents.ts'
import { ExtractPage } from './ExtractPage.ts'
import { ReviewPage } from './ReviewPage.ts'
import type { Look } from './screens.ts'

/** Templates, the editor, a run from its drawing up to its review, and the way out. `folder`: for its documents. */
export async function tourExtract(page: Page, look: Look, folder: string): Promise<void> {
  const extract = new ExtractPage(page), pile = join(folder, 'pile')
  const paths = await writeReceipts(pile, 3)
  const bad = await badDocuments(pile, 2)
  await extract.open()
  await expect(extract.card('receipt')).toBeVisible()
  await look('extract-templates')
  await extract.card('receipt').getByTestId('edit-template').click()
  await expect(page.getByTestId('template-editor')).toBeVisible()
  await look('extract-editor')
  await tourTrial(page, look, pile)
  await page.goBack()
  await expect(extract.card('receipt')).toBeVisible()
  await extract.choose('receipt', [...paths, ...bad.map(({ path }) => path)])
  await look('extract-new-run')
  await extract.start()
  await extract.ended(paths.length)
  await extract.ended(bad.length, 'failed')
  await look('extract-queue')
  await page.getByTestId('remove-item').first().click()
  await expect(extract.dialog).toBeVisible()
  await look('extract-remove')
  await page.keyboard.press('Escape')
  await expect(extract.dialog).toHaveCount(0)
  await page.getByTestId('export').click()
  await expect(page.getByTestId('export-dialog')).toBeVisible()
  await look('extract-export')
  await page.keyboard.press('Escape')
  await tourReview(page, look)
  await page.goBack()
  await page.getByTestId('tab-runs').click()
  await expect(extract.runs).toHaveCount(1)
  await look('extract-runs')
}

/** The template in the editor, tried on the second page of a document. */
async function tourTrial(page: Page, look: Look, folder: string): Promise<void> {
  const panel = page.getByTestId('try'), path = join(folder, 'two pages.pdf')
  await writeFile(path, await receiptsPdf())
  await panel.getByTestId('try-file').setInputFiles(path)
  await expect(panel.getByTestId('try-again')).toBeVisible({ timeout: 30_000 })
  await panel.getByTestId('try-next-page').click()
  await expect(panel.getByTestId('try-page')).toHaveValue('2')
  await expect(panel.getByTestId('try-again')).toBeVisible({ timeout: 30_000 })
  await look('extract-trial')
}

/** The review of the run that is open. Ends in the run. */
async function tourReview(page: Page, look: Look): Promise<void> {
  const review = new ReviewPage(page)
  await page.getByTestId('review').first().click()
  await review.begun()
  await expect(review.root.locator('img').first()).toBeVisible()
  await look('review-fields')
  await page.keyboard.press('e')
  await expect(review.editor).toBeVisible()
  await look('review-editor')
  await page.keyboard.press('Escape')
  await page.keyboard.press('v')
  await expect(review.grid).toBeVisible()
  await look('review-table')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('review-keys')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(review.root).toHaveCount(0)
}
