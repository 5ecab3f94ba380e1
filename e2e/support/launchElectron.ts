import { _electron } from '@playwright/test'
import { installedElectron } from '../../main/launch/electronRuntime.mjs'
import { environment, languageVariables } from './environment.ts'
import { root } from './hosts.ts'
import { untilReady, type LaunchOptions, type RunningApp } from './RunningApp.ts'

/** The real thing. */
export async function launchElectron(options: LaunchOptions): Promise<RunningApp> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const app = await _electron.launch({
    executablePath: installedElectron() ?? '',
    args: [root, ...sandbox],
    env: environment(options.dataFolder, { ...languageVariables(options.locale), ...options.environment }),
    locale: options.locale,
    colorScheme: options.colorScheme,
  })
  // Nobody is there to answer a native dialog.
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    dialog.showOpenDialog = () => Promise.resolve(chosen === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [chosen] })
  }, options.chosenFile)
  let output = ''
  app.process().stdout?.on('data', (data: Buffer) => (output += data.toString()))
  app.process().stderr?.on('data', (data: Buffer) => (output += data.toString()))
  const page = await app.firstWindow()
  await page.setViewportSize(options.viewport)
  await untilReady(page)
  return {
    host: 'electron',
    page,
    origin: 'app://ui',
    pid: app.process().pid ?? 0,
    newPage: () => Promise.resolve(null),
    log: () => output,
    stop: async () => await app.close(),
    kill: async () => {
      const gone = app.waitForEvent('close')
      app.process().kill('SIGKILL')
      await gone
    },
  }
}
