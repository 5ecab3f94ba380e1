import { app } from 'electron'

/** Makes Electron run a command without a window: no icon in the dock, no GPU process, and no quitting for lack of windows. */
export async function prepareCommand(): Promise<void> {
  app.disableHardwareAcceleration()
  app.dock?.hide()
  app.on('window-all-closed', () => undefined)
  await app.whenReady()
}
