import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { ChatPage } from '../../support/ChatPage.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { untilReady } from '../../support/RunningApp.ts'

interface Opening {
  /** Milliseconds from the press until the newest answer is drawn. */
  readonly milliseconds: number
  /** Longest tasks of the page meanwhile, in milliseconds. */
  readonly longTasks: readonly number[]
}

/** Presses a chat in the list and waits, in the page itself, until its newest answer has been drawn. */
async function measureOpening(page: Page, title: string, lastText: string): Promise<Opening> {
  return await page.evaluate(
    async ({ name, text }) => {
      const longTasks: number[] = []
      const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
      observer.observe({ type: 'longtask' })
      const start = performance.now()
      const row = [...document.querySelectorAll<HTMLElement>('nav button')].find((button) => button.textContent.trim() === name)
      row?.click()
      const frame = async () => await new Promise((resolve) => requestAnimationFrame(resolve))
      do await frame()
      while ([...document.querySelectorAll('[data-testid="answer"]')].at(-1)?.textContent.includes(text) !== true)
      await frame()
      const milliseconds = performance.now() - start
      await frame()
      observer.disconnect()
      return { milliseconds, longTasks }
    },
    { name: title, text: lastText },
  )
}

/** Scrolls from the end to the beginning of what is shown, a bit each frame; how long each frame took, in milliseconds. */
async function measureScrolling(page: Page): Promise<number[]> {
  return await page.evaluate(async () => {
    const scroller = document.querySelector<HTMLElement>('.scroller')
    const frames: number[] = []
    let before = performance.now()
    while (scroller !== null && scroller.scrollTop > 0) {
      scroller.scrollTop -= 120
      await new Promise((resolve) => requestAnimationFrame(resolve))
      frames.push(performance.now() - before)
      before = performance.now()
    }
    return frames
  })
}

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

for (const answers of [500, 5_000])
  test(`how quickly a chat of ${answers * 2} messages opens and scrolls`, async ({ launch, dataFolder }) => {
    test.setTimeout(240_000)
    execFileSync(process.execPath, ['--import', 'tsx', join(root, 'main/storage/testing/longChatProcess.ts'), dataFolder, String(answers)], { cwd: root, env: environment(dataFolder) })
    const chat = new ChatPage((await launch()).page)
    await expect(chat.badge).toHaveAttribute('data-state', 'ready', { timeout: 30_000 })
    const openings: Opening[] = []
    for (let time = 0; time < 5; time++) {
      // Anew each time: a chat that was open before is still at hand.
      await chat.newChat()
      await chat.page.reload()
      await untilReady(chat.page)
      await expect(chat.sidebar.getByRole('button', { name: 'Long chat', exact: true })).toBeVisible()
      openings.push(await measureOpening(chat.page, 'Long chat', `receipt ${answers}`))
      await expect(chat.answers.last()).toBeInViewport()
    }
    const frames = await measureScrolling(chat.page)
    expect(frames.length).toBeGreaterThan(50)
    const long = frames.filter((milliseconds) => milliseconds > 34).length
    console.log(
      `${answers * 2} messages: opened in ${middle(openings.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms (median of ${openings.length}: ${openings.map(({ milliseconds }) => milliseconds.toFixed(0)).join(', ')}); longest task ${Math.max(0, ...openings.flatMap(({ longTasks }) => longTasks))} ms; ` +
        `scrolling: ${frames.length} frames, median ${middle(frames).toFixed(1)} ms, ${long} over two frames' time, longest ${Math.max(...frames).toFixed(0)} ms`,
    )
  })
