import { join } from 'node:path'
import { chromium, type Browser } from '@playwright/test'
import { chromiumArguments, findChromium } from './chromium.ts'
import { environment, languageVariables } from './environment.ts'
import { root } from './hosts.ts'
import { Process } from './Process.ts'
import { untilReady, type LaunchOptions, type RunningApp } from './RunningApp.ts'

/** The address alone on a line: port and token. */
export const addressLine = /^(http:\/\/127\.0\.0\.1:(\d+))\/\?token=([\w-]+)$/m

/** The loopback server without a browser. */
export function startServer(options: Pick<LaunchOptions, 'dataFolder' | 'environment'>, more: readonly string[] = []): Process {
  // The bundle itself, since `npm run e2e` has built it; the launcher is proven by specs/start.
  const entry = join(root, 'out/main/index.js')
  return new Process('browser host', process.execPath, [entry, 'serve', '--no-open', '--verbose', ...more], { env: environment(options.dataFolder, options.environment) })
}

/** The browser host with a page in a real Chromium. */
export async function launchBrowserHost(options: LaunchOptions): Promise<RunningApp> {
  const server = startServer({ ...options, environment: { ...languageVariables(options.locale), ...options.environment } })
  let browser: Browser | undefined
  try {
    const [address, origin = ''] = await server.waitFor(addressLine)
    browser = await chromium.launch({ ...(await findChromium()), args: [...chromiumArguments] })
    const context = await browser.newContext({
      locale: options.locale,
      colorScheme: options.colorScheme,
      viewport: options.viewport,
      // What a person grants by pressing Copy; headless there is nobody to ask.
      permissions: ['clipboard-write'],
    })
    const open = async () => {
      const page = await context.newPage()
      await page.goto(address)
      return page
    }
    const page = await open()
    await untilReady(page)
    const opened = browser
    return {
      host: 'browser',
      page,
      origin,
      pid: server.pid,
      newPage: open,
      log: () => server.log(),
      stop: async () => {
        await opened.close()
        await server.stop()
      },
      kill: async () => await server.kill(),
    }
  } catch (error) {
    await browser?.close()
    await server.kill()
    throw new Error(`the browser host did not come up\n${server.log()}`, { cause: error })
  }
}
