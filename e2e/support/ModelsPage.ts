import { expect, type Locator, type Page } from '@playwright/test'

/** The Models page as a person uses it, in any language of the screen. */
export class ModelsPage {
  readonly page: Page
  readonly root: Locator
  readonly installedTab: Locator
  readonly getTab: Locator
  /** Installed models, newest first; the demo model and a model in use that is not in the list have entries of their own. */
  readonly entries: Locator
  readonly demo: Locator
  readonly unlisted: Locator
  readonly cards: Locator
  readonly downloads: Locator
  /** What is read aloud about downloads. */
  readonly news: Locator
  readonly importPanel: Locator
  readonly repository: Locator
  /** The button that confirms a dialog's question. */
  readonly confirm: Locator

  constructor(page: Page) {
    this.page = page
    this.root = page.getByTestId('models-page')
    this.installedTab = page.getByTestId('tab-installed')
    this.getTab = page.getByTestId('tab-get')
    this.entries = page.getByTestId('installed-entry')
    this.demo = page.getByTestId('demo-entry')
    this.unlisted = page.getByTestId('unlisted-entry')
    this.cards = page.getByTestId('catalogue-card')
    this.downloads = page.getByTestId('download-entry')
    this.news = page.getByTestId('download-news')
    this.importPanel = page.getByTestId('import')
    this.repository = page.getByTestId('repository')
    this.confirm = page.getByTestId('confirm')
  }

  /** Opens the page from the sidebar, which a narrow window keeps folded away. */
  async open(): Promise<void> {
    const entry = this.page.getByTestId('open-models')
    if (!(await entry.isVisible())) await this.page.locator('main header button').first().click()
    await entry.click()
    await expect(this.root).toBeVisible()
  }

  /** Goes back to the chat by keyboard. */
  async leave(): Promise<void> {
    await this.root.getByRole('heading', { level: 1 }).focus()
    await this.page.keyboard.press('Escape')
    await expect(this.root).toHaveCount(0)
  }

  async showInstalled(): Promise<void> {
    await this.installedTab.click()
    await expect(this.demo).toBeVisible()
  }

  async showCatalogue(): Promise<void> {
    await this.getTab.click()
    await expect(this.cards.first()).toBeVisible()
  }

  /** The entry of an installed model. */
  entry(name: string | RegExp): Locator {
    return this.entries.filter({ has: this.page.getByRole('heading', { level: 3, name, exact: true }) })
  }

  /** Unfolds an entry's details; returns the entry. */
  async expand(entry: Locator): Promise<Locator> {
    const toggle = entry.getByTestId('details')
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click()
    await expect(entry.getByTestId('model-actions')).toBeVisible()
    return entry
  }

  /** Takes files or folders into the list by their paths, without waiting for the result. */
  async import(...paths: readonly string[]): Promise<void> {
    await this.showInstalled()
    await this.importPanel.getByTestId('import-paths').fill(paths.join('\n'))
    await this.importPanel.getByTestId('import-add').click()
  }

  /** What is said about an unfolded entry's files. */
  findings(entry: Locator): Locator {
    return entry.getByTestId('findings').getByRole('listitem')
  }

  /** Gives an unfolded entry another projector, by the dialog that a finding offers. */
  async chooseProjector(entry: Locator, path: string): Promise<void> {
    await entry.getByTestId('remedy-chooseProjector').click()
    const field = this.page.getByRole('dialog').getByRole('textbox')
    await field.fill(path)
    await field.press('Enter')
    await expect(this.page.getByRole('dialog')).toHaveCount(0)
  }

  /** The verdict on an unfolded entry, once it is about the choices that stand there. */
  async verdict(entry: Locator): Promise<string> {
    const verdict = entry.getByTestId('verdict')
    await expect(verdict).toBeVisible()
    await expect(entry.getByTestId('plan').locator('[aria-busy]').first()).toHaveAttribute('aria-busy', 'false')
    return (await verdict.getAttribute('data-verdict')) ?? ''
  }

  /** Loads an installed model and waits until it is in use. */
  async use(entry: Locator): Promise<void> {
    await entry.getByTestId('use').click()
    await expect(entry.getByTestId('in-use')).toBeVisible({ timeout: 60_000 })
  }

  /** Unfolds the choices of an unfolded entry's plan; returns their place. */
  async adjust(entry: Locator): Promise<Locator> {
    const adjust = entry.getByTestId('adjust')
    if ((await adjust.getAttribute('open')) === null) await adjust.locator('summary').click()
    return adjust
  }

  /** The card of a model of the catalogue, by its id. */
  card(id: string): Locator {
    return this.page.locator(`[data-testid="catalogue-card"][data-model="${id}"]`)
  }

  /** Looks into a repository of the hub; the files it holds, or an alert, appear in the form. */
  async lookInto(repository: string): Promise<void> {
    await this.getTab.click()
    if ((await this.repository.getAttribute('open')) === null) await this.repository.locator('summary').click()
    await this.repository.getByRole('textbox').fill(repository)
    await this.repository.getByRole('textbox').press('Enter')
  }

  /** Starts the download of the files that the form has chosen of a repository. */
  async download(repository: string): Promise<void> {
    await this.lookInto(repository)
    await this.repository.getByTestId('repository-download').click()
    await expect(this.downloads).toHaveCount(1)
  }

  /** Loads two files by their paths, without taking them into the list. */
  async usePair(model: string, projector: string): Promise<void> {
    await this.installedTab.click()
    await this.page.getByTestId('import-pair').click()
    const fields = this.page.getByRole('dialog').getByRole('textbox')
    await fields.nth(0).fill(model)
    await fields.nth(1).fill(projector)
    await fields.nth(1).press('Enter')
    await expect(this.page.getByRole('dialog')).toHaveCount(0)
  }
}
