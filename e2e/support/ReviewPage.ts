import { expect, type Locator, type Page } from '@playwright/test'

/** The review of a run, as a person with a keyboard uses it. */
export class ReviewPage {
  readonly page: Page
  readonly root: Locator
  /** "14 of 37 to review". */
  readonly progress: Locator
  /** What is read aloud about what happened. */
  readonly news: Locator
  /** The one cell that takes the keys. */
  readonly cell: Locator
  readonly editor: Locator
  readonly failures: Locator
  readonly grid: Locator

  constructor(page: Page) {
    this.page = page
    this.root = page.getByTestId('review-page')
    this.progress = page.getByTestId('review-progress')
    this.news = page.getByTestId('review-news')
    this.cell = this.root.locator('[role="gridcell"][tabindex="0"]')
    this.editor = page.getByTestId('cell-editor')
    this.failures = page.getByTestId('save-failures')
    this.grid = page.getByTestId('records-grid')
  }

  /** Waits until the first cell has the focus. */
  async begun(): Promise<void> {
    await expect(this.cell).toBeFocused()
  }

  /** Cells still to review, as the page says; 0 where nothing is left. */
  async left(): Promise<number> {
    return Number(/^(\d+) of /.exec((await this.progress.innerText()).trim())?.[1] ?? 0)
  }

  /** Presses a key of the review, and waits for its sentence. */
  async press(key: string, sentence: RegExp): Promise<void> {
    await this.page.keyboard.press(key)
    await expect(this.news).toHaveText(sentence)
  }
}
