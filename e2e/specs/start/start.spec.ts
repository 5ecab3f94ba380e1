import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { ChatPage } from '../../support/ChatPage.ts'
import { chromiumArguments, findChromium } from '../../support/chromium.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { addressLine } from '../../support/launchBrowserHost.ts'
import { Process } from '../../support/Process.ts'
import { untilReady } from '../../support/RunningApp.ts'
import { samplePath, truth } from '../../support/samples.ts'

const total = 'What is the total?'
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

test('npm start -- --no-open prints its address alone on one line and serves the app', async ({}, info) => {
  // A fresh clone compiles here what is missing.
  test.setTimeout(300_000)
  const dataFolder = info.outputPath('data')
  mkdirSync(dataFolder, { recursive: true })
  const start = new Process('npm start', npm, ['start', '--', '--no-open'], { env: environment(dataFolder), cwd: root })
  try {
    const [address] = await start.waitFor(addressLine, 240_000)
    expect(start.stdout.split('\n').filter((line) => line.includes('http'))).toEqual([address])
    expect(start.stderr).toContain('Serving a browser')
    const browser = await chromium.launch({ ...(await findChromium()), args: [...chromiumArguments] })
    const page = await browser.newPage()
    await page.goto(address)
    await untilReady(page)
    const chat = new ChatPage(page)
    await chat.drop(samplePath('receipt-1.png'))
    await chat.attached(1)
    expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
    await browser.close()
  } finally {
    await start.stop()
  }
})
