import { expect, type Download, type Locator, type Page } from '@playwright/test'

/** The screens around a pile of documents: templates, runs, a run's queue, and its way out as a file. */
export class ExtractPage {
  readonly page: Page
  /** Pages and files of the run that is open. */
  readonly items: Locator
  /** Runs in the list. */
  readonly runs: Locator
  readonly dialog: Locator

  constructor(page: Page) {
    this.page = page
    this.items = page.getByTestId('item')
    this.runs = page.getByTestId('run')
    this.dialog = page.getByRole('dialog')
  }

  async open(): Promise<void> {
    const entry = this.page.getByTestId('open-extract')
    if (!(await entry.isVisible())) await this.page.locator('main header button').first().click()
    await entry.click()
    await expect(this.page.getByTestId('extract-page')).toBeVisible()
  }

  card(template: string): Locator {
    return this.page.locator(`[data-testid="template-card"][data-template="${template}"]`)
  }

  /** Draws up a run of files, and stops before it begins. */
  async choose(template: string, paths: readonly string[]): Promise<void> {
    await this.card(template).getByTestId('run-template').click()
    await this.dialog.getByTestId('document-files').setInputFiles([...paths])
  }

  async start(): Promise<void> {
    await this.page.getByTestId('start-run').click()
    await expect(this.dialog).toHaveCount(0)
  }

  /** Resolves once that many items have come to this end. */
  async ended(count: number, state: 'done' | 'failed' = 'done', timeout = 120_000): Promise<void> {
    await expect(this.page.locator(`[data-testid="item"][data-state="${state}"]`)).toHaveCount(count, { timeout })
  }

  async openFirstRun(): Promise<void> {
    await this.page.getByTestId('tab-runs').click()
    await this.runs.first().getByTestId('open-run').click()
  }

  /** Saves the run that is open as CSV, as the dialog has it. */
  async save(): Promise<Download> {
    await this.page.getByTestId('export').click()
    const download = this.page.waitForEvent('download')
    await this.page.getByTestId('export-save').click()
    return await download
  }
}
