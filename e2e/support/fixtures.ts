import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test as base, type Page, type TestInfo } from '@playwright/test'
import type { SettingsPatch } from '../../main/contract/domains/app.ts'
import { isAlive } from '../../main/engine/native/build/lock.mjs'
import { ChatPage } from './ChatPage.ts'
import type { HostName } from './hosts.ts'
import { launchBrowserHost } from './launchBrowserHost.ts'
import { launchElectron } from './launchElectron.ts'
import { launchStandIn } from './launchStandIn.ts'
import { enginesBelow } from './Process.ts'
import type { LaunchOptions, RunningApp } from './RunningApp.ts'

type Launch = (options?: Partial<LaunchOptions>) => Promise<RunningApp>

/** What specs and projects may choose. */
export interface Options {
  host: HostName
  /** Written to the settings file before the app starts; a string is written as it is. */
  settings: SettingsPatch | string
  /** Addresses that a spec lets the page reach for on purpose. */
  outside: RegExp | null
}

interface Fixtures {
  dataFolder: string
  /** Starts the app (again); every app that was started ends with the test. */
  launch: Launch
  /** The app, started as the options say. */
  app: RunningApp
  chat: ChatPage
}

const launchers: Readonly<Record<HostName, (options: LaunchOptions) => Promise<RunningApp>>> = {
  browser: launchBrowserHost,
  'stand-in': launchStandIn,
  electron: launchElectron,
}

/** Notes what must never happen in any test: a script that throws, a blocked source, a request to elsewhere. */
function watch(page: Page, origin: string, outside: RegExp | null, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`))
  page.on('console', (line) => {
    if (/Content Security Policy/.test(line.text())) problems.push(`blocked: ${line.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url) && outside?.test(url) !== true) problems.push(`outbound request: ${url}`)
  })
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith(`${origin.replace('http', 'ws')}/`)) problems.push(`outbound socket: ${socket.url()}`)
  })
}

async function attachLogs(info: TestInfo, apps: readonly RunningApp[], dataFolder: string): Promise<void> {
  const own = await readFile(join(dataFolder, 'logs/main.log'), 'utf8').catch(() => '(no log file)')
  const text = [...apps.map((app) => app.log()), '--- main.log', own].join('\n')
  await info.attach('app.log', { body: text, contentType: 'text/plain' })
  console.error(text.split('\n').slice(-80).join('\n'))
}

export const test = base.extend<Fixtures & Options>({
  host: ['browser', { option: true }],
  settings: [{}, { option: true }],
  outside: [null, { option: true }],

  dataFolder: async ({ settings }, use, info) => {
    const folder = info.outputPath('data')
    await mkdir(folder, { recursive: true })
    const text = typeof settings === 'string' ? settings : JSON.stringify(settings)
    if (text !== '{}') await writeFile(join(folder, 'settings.json'), text)
    await use(folder)
  },

  launch: async ({ host, outside, dataFolder, locale, colorScheme, viewport }, use, info) => {
    const apps: RunningApp[] = []
    const problems: string[] = []
    await use(async (options = {}) => {
      const app = await launchers[host]({ dataFolder, locale: locale ?? 'en-US', colorScheme: colorScheme === 'dark' ? 'dark' : 'light', viewport: viewport ?? { width: 1200, height: 800 }, ...options })
      apps.push(app)
      watch(app.page, app.origin, outside, problems)
      return app
    })
    if (info.status !== info.expectedStatus) await attachLogs(info, apps, dataFolder)
    const engines = apps.flatMap((app) => enginesBelow(app.pid))
    for (const app of apps) await app.stop()
    expect(problems).toEqual([])
    await expect.poll(() => engines.filter(isAlive), { message: 'engine processes must end with the app' }).toEqual([])
  },

  app: async ({ launch }, use) => {
    await use(await launch())
  },

  chat: async ({ app }, use) => {
    await use(new ChatPage(app.page))
  },
})

export { expect }
