import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import { ModelsPage } from './ModelsPage.ts'

const types: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp', svg: 'image/svg+xml' }

/** The chat screen as a person uses it. */
export class ChatPage {
  readonly page: Page
  readonly composer: Locator
  readonly answers: Locator
  readonly stopButton: Locator
  readonly retryButton: Locator
  readonly badge: Locator
  readonly attachments: Locator
  readonly sidebar: Locator
  readonly send: Locator

  constructor(page: Page) {
    this.page = page
    this.composer = page.getByTestId('composer')
    this.answers = page.getByTestId('answer')
    this.stopButton = page.getByTestId('stop')
    this.retryButton = page.getByTestId('retry')
    this.badge = page.getByTestId('model-badge')
    this.attachments = page.getByTestId('attachment')
    this.sidebar = page.getByRole('navigation', { name: 'Chats' })
    this.send = page.getByRole('button', { name: 'Send', exact: true })
  }

  /** The article around the newest answer: text, notes, buttons. */
  get lastAnswer(): Locator {
    return this.page.getByRole('article', { name: 'Answer', exact: true }).last()
  }

  /** Drops files on the window, wherever the pointer is. */
  async drop(...paths: readonly string[]): Promise<void> {
    const transfer = await this.#transfer(paths)
    await this.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer })
    await expect(this.page.getByTestId('drop-overlay')).toBeVisible()
    await this.page.dispatchEvent('body', 'dragover', { dataTransfer: transfer })
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  }

  /** Pastes a file, into the question unless into something else. */
  async paste(path: string, into = this.composer): Promise<void> {
    const transfer = await this.#transfer([path])
    await into.evaluate((element, clipboardData) => {
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, transfer)
  }

  /** Attaches by the file dialog of the button. */
  async pick(...paths: readonly string[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser')
    await this.page.getByRole('button', { name: 'Attach a picture' }).click()
    await (await chooser).setFiles([...paths])
  }

  /** Waits until so many pictures are attached and stored. */
  async attached(count: number): Promise<void> {
    await expect(this.attachments).toHaveCount(count)
    for (const attachment of await this.attachments.all()) await expect(attachment).toHaveAttribute('aria-busy', 'false')
  }

  /** Sends a question without waiting for its answer. */
  async ask(question: string): Promise<void> {
    const before = await this.answers.count()
    await this.composer.fill(question)
    await this.composer.press('Enter')
    await expect(this.answers).toHaveCount(before + 1)
  }

  /** Sends a question and returns the finished answer. */
  async answerTo(question: string): Promise<string> {
    await this.ask(question)
    await this.idle()
    return await this.lastText()
  }

  /** Has the newest answer written anew; returns once its old text is gone, however quickly the new one follows. */
  async retry(): Promise<void> {
    const emptied = await this.answers.last().evaluateHandle((answer) => ({
      promise: new Promise<void>((resolve) => {
        new MutationObserver(() => answer.textContent === '' && resolve()).observe(answer, { childList: true, characterData: true, subtree: true })
      }),
    }))
    await this.retryButton.click()
    await emptied.evaluate(async ({ promise }) => await promise)
  }

  /** Waits until nothing is being written in this chat. */
  async idle(): Promise<void> {
    await expect(this.lastAnswer).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 })
  }

  /** Waits until the newest answer has begun and is not yet at its end. */
  async writing(characters = 20): Promise<void> {
    await expect.poll(async () => (await this.lastText()).length, { intervals: [10], timeout: 30_000 }).toBeGreaterThan(characters)
    await expect(this.stopButton).toBeVisible()
  }

  async lastText(): Promise<string> {
    return (await this.answers.last().innerText()).trim()
  }

  async newChat(): Promise<void> {
    await this.sidebar.getByRole('button', { name: 'New chat' }).first().click()
    await expect(this.answers).toHaveCount(0)
  }

  /** Chooses a model by the paths of its files. */
  async useModel(model: string, projector: string): Promise<void> {
    const models = new ModelsPage(this.page)
    await this.badge.click()
    await this.page.getByRole('dialog', { name: 'Model', exact: true }).getByRole('button', { name: /^(Choose a model|Change model)…$/ }).click()
    await models.usePair(model, projector)
    await models.leave()
  }

  /** Goes back to the demo model and waits until it is there. */
  async useDemoModel(): Promise<void> {
    await this.badge.click()
    await this.page.getByRole('button', { name: 'Back to the demo model' }).click()
    await this.page.keyboard.press('Escape')
    await expect(this.badge).toHaveAttribute('data-state', 'ready')
  }

  /** A data transfer in the page that holds these files. */
  async #transfer(paths: readonly string[]) {
    const files = await Promise.all(
      paths.map(async (path) => ({
        name: basename(path),
        type: types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        bytes: (await readFile(path)).toString('base64'),
      })),
    )
    return await this.page.evaluateHandle((given) => {
      const transfer = new DataTransfer()
      for (const { name, type, bytes } of given) transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }))
      return transfer
    }, files)
  }
}
