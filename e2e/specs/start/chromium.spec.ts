import { readFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { chromiumArguments } from '../../support/chromium.ts'
import { expect, test } from '../../support/fixtures.ts'
import { packagedChromium, whyNotStarting } from '../../support/packagedChromium.ts'

const hasPackage = process.platform === 'linux' && process.arch === 'x64'

test('the packaged Chromium shows a page with the libraries it brings', async () => {
  test.skip(!hasPackage, 'the package is for Linux on 64-bit Intel and AMD processors')
  const server = await chromium.launchServer({ ...(await packagedChromium({ ownLibraries: true })), args: [...chromiumArguments] })
  try {
    const browser = await chromium.connect(server.wsEndpoint())
    const page = await browser.newPage()
    await page.setContent('<p>It works</p>')
    expect(await page.getByText('It works').evaluate((line) => line.getBoundingClientRect().height)).toBeGreaterThan(0)
    const mapped = readFileSync(`/proc/${server.process().pid ?? 0}/maps`, 'utf8')
    expect(mapped).toMatch(/\/build\/chromium\/[^/]+\/al2023\/lib\/libnss3\.so$/m)
  } finally {
    await server.close()
  }
})

test('where no Chromium can come from the package, one sentence says what to install', async () => {
  await expect(packagedChromium({ system: 'linux-arm64' })).rejects.toThrow(/^No Chromium was found.* linux-arm64: run "npx playwright install --with-deps chromium", or install Google Chrome\.$/)
})

test('a browser that does not start is told with its reason', ({}, info) => {
  expect(whyNotStarting({ executablePath: info.outputPath('none'), env: {} })).toContain('ENOENT')
  expect(whyNotStarting({ executablePath: process.execPath, env: process.env })).toBe('')
})
