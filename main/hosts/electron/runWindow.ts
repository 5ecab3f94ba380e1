import { app } from 'electron'
import type { HostContext } from '../shared/HostContext.ts'
import { declareAppScheme } from './appProtocol.ts'
import { openedFile } from './openedFile.ts'
import { takeDataFolder } from './ownFolder.ts'
import { WindowApp } from './WindowApp.ts'

/**
 * The window host, from the moment the program starts. Must be called before Electron is ready and must not wait for it:
 * Electron becomes ready only after the main module has been evaluated.
 */
export function runWindow(host: HostContext): void {
  app.enableSandbox()
  declareAppScheme()
  const folder = takeDataFolder()
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  const windowApp = new WindowApp(host, folder)
  let toOpen = openedFile(process.argv, process.cwd())
  app.on('open-file', (event, path) => {
    event.preventDefault()
    toOpen = path
    if (app.isReady()) void windowApp.openModel(path)
  })
  app.on('second-instance', (_event, argv, workingFolder) => {
    const path = openedFile(argv, workingFolder)
    if (path === null) windowApp.show()
    else void windowApp.openModel(path)
  })
  app.on('activate', () => windowApp.show())
  app.on('window-all-closed', () => {
    // On macOS a program stays until the person quits it.
    if (process.platform !== 'darwin') app.quit()
  })
  endCleanly(windowApp)
  void app
    .whenReady()
    .then(async () => {
      await windowApp.start()
      if (toOpen !== null) await windowApp.openModel(toOpen)
    })
    .catch((error: unknown) => {
      windowApp.fail(error)
      app.exit(1)
    })
}

/** Stops the services when the last window is gone; ends the program on our own mistakes instead of limping on. */
function endCleanly(windowApp: WindowApp): void {
  let stopping = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (stopping) return
    stopping = true
    void windowApp.stop().then(() => app.exit(0))
  })
  process.on('uncaughtException', (error) => {
    windowApp.fail(error)
    app.exit(1)
  })
}
