import { mkdirSync } from 'node:fs'
import { ChatPage } from '../../support/ChatPage.ts'
import { expect, test } from '../../support/fixtures.ts'
import { settled, violations } from '../../support/screens.ts'
import { GrowingAnswer, storeAnswers } from '../../support/storedAnswers.ts'

const shown = [
  '# A receipt',
  'The sum is $s = \\sum_{i=1}^n p_i$, at \\(20\\,\\%\\) tax; coffee costs $5 and cake $10.',
  '$$\n\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} x = \\frac{1}{2}\n$$',
  '| what | price | tax | seller | buyer | remark |\n| - | -: | - | - | - | - |\n| **coffee** | 5.00 | =1+1 | The corner shop in the long street | Somebody | nothing at all to be remarked here |\n| cake | 10.00 | 7 % | The corner shop | Somebody else | "quoted", too |',
  '```python\ndef total(prices):\n    """Sum of all."""\n    return sum(p * 1.2 for p in prices)  # with tax\n```',
  '- [x] read\n- [ ] paid\n\n> A quote with `code` and [a link](https://xn--pple-43d.com/%7Ea).',
  '![the receipt](https://out.invalid/receipt.png)',
  'العربية with English, and עברית.',
  'Write to [us](mailto:someone@a.invalid?subject=hi).',
]

test('an answer that grows keeps the elements of what is finished', async ({ launch, dataFolder }) => {
  test.setTimeout(120_000)
  const app = await launch(), chat = new ChatPage(app.page)
  await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
  const text = shown.join('\n\n')
  const pieces = Array.from({ length: Math.ceil(text.length / 90) }, (_, at) => text.slice(90 * at, 90 * (at + 1)))
  const growing = await GrowingAnswer.begin(dataFolder, { title: 'Growing', answers: [], growing: pieces })
  try {
    await app.page.reload()
    // The list also says that it is being answered.
    await chat.sidebar.getByRole('button', { name: /^Growing/ }).first().click()
    await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'true')
    const answer = chat.answers.last()
    for (let piece = 1; piece <= pieces.length; piece++) {
      const before = await answer.innerHTML()
      growing.next()
      await expect.poll(async () => (await answer.innerHTML()) !== before, { message: `piece ${piece}` }).toBe(true)
      // Formulas are set by a part of the page that comes with the first of them.
      if (piece === 3) await expect(answer.locator('math').first()).toBeAttached()
      await chat.page.evaluate(note)
    }
    expect(await chat.page.evaluate(noted)).toBeGreaterThan(10)
    growing.next()
    await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
    expect(await chat.page.evaluate(lost)).toEqual([])
    await expect(answer.locator('.markdown > *')).toHaveCount(shown.length + 1)
  } finally {
    await growing.end()
  }
})

interface Marked {
  __finished?: Node[]
}

/** Notes the elements of every block that is finished: all but the last two. */
function note(): void {
  const notes = ((window as Marked).__finished ??= [])
  for (const block of [...document.querySelectorAll('[data-testid="answer"] .markdown > *')].slice(0, -2))
    for (const node of [block, ...block.querySelectorAll('p, h3, tr, td, li, figure, code, math')]) if (!notes.includes(node)) notes.push(node)
}

function noted(): number {
  return (window as Marked).__finished?.length ?? 0
}

/** Finished elements that are no longer part of the page. */
function lost(): string[] {
  return ((window as Marked).__finished ?? []).filter((node) => !node.isConnected).map((node) => node.textContent ?? '')
}

test.describe('an answer with everything', () => {
  for (const { name, options } of [
    { name: 'light', options: {} },
    { name: 'dark, Chinese, narrow', options: { colorScheme: 'dark' as const, locale: 'zh-CN', viewport: { width: 360, height: 800 } } },
  ])
    test.describe(name, () => {
      test.use(options)

      test('is accessible, fits, and shows formulas, colours and a box for a picture', async ({ launch, dataFolder }, info) => {
        storeAnswers(dataFolder, [{ title: 'Everything', answers: [shown.join('\n\n')] }])
        const { page } = await launch()
        await openFirst(page)
        await expect(page.locator('math')).toHaveCount(3)
        await expect(page.locator('pre .keyword').first()).toHaveText('def')
        await expect(page.locator('.picture')).toContainText('https://out.invalid/receipt.png')
        await expect(page.getByTestId('answer')).toContainText('coffee costs $5 and cake $10.')
        await settled(page)
        const folder = info.outputPath('screens')
        mkdirSync(folder, { recursive: true })
        for (const [at, place] of ['h3', 'table', 'pre', '.picture'].entries()) {
          await page.locator(`[data-testid="answer"] ${place}`).first().scrollIntoViewIfNeeded()
          await page.screenshot({ path: `${folder}/${at}.png` })
        }
        expect(await violations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
        await page.emulateMedia({ contrast: 'more' })
        expect(await violations(page)).toEqual([])
        await page.emulateMedia({ forcedColors: 'active', contrast: null })
        await page.screenshot({ path: `${folder}/forced.png` })
      })
    })

  async function openFirst(page: ChatPage['page']): Promise<void> {
    const title = page.getByRole('navigation').getByRole('button', { name: 'Everything', exact: true })
    if (await page.evaluate(() => innerWidth < 600)) await page.getByRole('button', { name: /^(?:Show the chat list|显示对话列表)$/ }).click()
    await title.click()
    await expect(page.getByTestId('answer')).toBeVisible()
  }

  test('its table is copied, its code wraps by keyboard, and its links say where they lead', async ({ launch, dataFolder, host }) => {
    test.skip(host !== 'browser', 'the window hosts ask about addresses in a box of their own, and keep the clipboard to themselves')
    storeAnswers(dataFolder, [{ title: 'Everything', answers: [shown.join('\n\n')] }])
    const { page } = await launch()
    await openFirst(page)
    const copied = page.evaluate(async () => await new Promise<string>((resolve) => {
      navigator.clipboard.writeText = async (text) => {
        resolve(text)
        await Promise.resolve()
      }
    }))
    await page.getByRole('button', { name: 'Copy as CSV' }).press('Enter')
    expect(await copied).toContain(`what,price,tax,seller,buyer,remark\r\ncoffee,5.00,'=1+1,`)
    const wrap = page.getByRole('button', { name: 'Break long lines' })
    await wrap.press('Space')
    await expect(wrap).toHaveAttribute('aria-pressed', 'true')
    await page.getByRole('button', { name: 'a link' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Leads to xn--pple-43d.com')
    await expect(dialog).toContainText('аpple.com')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'a link' })).toBeFocused()
    await page.getByRole('button', { name: 'us', exact: true }).press('Enter')
    await expect(dialog).toContainText('Writes an e-mail to someone@a.invalid')
  })
})
