import { mkdirSync } from 'node:fs'
import type { Page, TestInfo } from '@playwright/test'
import { tourExtract } from '../support/extractTour.ts'
import { expect, test } from '../support/fixtures.ts'
import { settled, violations, type Look } from '../support/screens.ts'

/** Takes a picture of every screen, under test-results, and gathers what axe and a ruler find: one look tells all there is to mend. */
async function tour(page: Page, info: TestInfo): Promise<string[]> {
  const folder = info.outputPath('screens'), found: string[] = []
  mkdirSync(folder, { recursive: true })
  const look: Look = async (name) => {
    await settled(page)
    await page.screenshot({ path: `${folder}/${name}.png` })
    found.push(...(await violations(page)).map((violation) => `${name}: ${violation}`))
    const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth] as const)
    if (wide > width) found.push(`${name}: ${wide} pixels wide`)
  }
  await tourExtract(page, look, info.outputDir)
  return found
}

const screens = [
  { what: 'in light', use: {} },
  { what: 'in the dark, in Chinese', use: { colorScheme: 'dark', locale: 'zh-CN' } },
  { what: 'on a narrow screen', use: { viewport: { width: 390, height: 800 } } },
] as const

for (const { what, use } of screens) {
  test.describe(what, () => {
    test.use(use)

    test('every screen about documents is accessible', async ({ app }, info) => {
      test.setTimeout(120_000)
      expect(await tour(app.page, info)).toEqual([])
    })
  })
}
