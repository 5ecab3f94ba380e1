import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, expect } from '@playwright/test'
import { chromiumArguments, findChromium } from './chromium.ts'
import { environment, languageVariables } from './environment.ts'
import { root } from './hosts.ts'
import { Process } from './Process.ts'
import { untilReady, type LaunchOptions, type RunningApp } from './RunningApp.ts'

/** How the stand-in shows `app://ui` to Chromium. */
const origin = 'https://ui.app.invalid'

/** Electron's main bundle under plain Node, `electron` being the stand-in, its window in a real Chromium. */
export async function launchStandIn(options: LaunchOptions): Promise<RunningApp> {
  const profile = await mkdtemp(join(tmpdir(), 'llava-desk-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...(await findChromium()),
    args: [...chromiumArguments, '--remote-debugging-port=0'],
    locale: options.locale,
    colorScheme: options.colorScheme,
    viewport: options.viewport,
  })
  const [port = '', path = ''] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')
  const opened = context.waitForEvent('page', { timeout: 30_000 })
  const register = pathToFileURL(join(root, 'e2e/stand-in/register.mjs')).href
  const app = new Process('stand-in', process.execPath, ['--import', register, join(root, 'out/main/index.js')], {
    env: environment(options.dataFolder, { STAND_IN_CHROMIUM: `ws://127.0.0.1:${port}${path}`, ...(options.chosenFile === undefined ? {} : { STAND_IN_CHOSEN_FILE: options.chosenFile }), ...languageVariables(options.locale), ...options.environment }),
  })
  const cleanUp = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const page = await Promise.race([opened, app.ended().then((code) => Promise.reject(new Error(`ended with ${code}`)))])
    await untilReady(page)
    return {
      host: 'stand-in',
      page,
      origin,
      pid: app.pid,
      newPage: () => Promise.resolve(null),
      log: () => app.log(),
      stop: async () => {
        await app.stop()
        await cleanUp()
        expect(app.stderr, 'the window host must not use what the stand-in lacks').not.toContain('is not emulated')
      },
      kill: async () => await app.kill(),
    }
  } catch (error) {
    await app.kill()
    await cleanUp()
    throw new Error(`the stand-in did not come up\n${app.log()}`, { cause: error })
  }
}
