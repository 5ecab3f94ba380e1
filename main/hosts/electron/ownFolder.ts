import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { dataFolder } from '../shared/dataFolder.ts'

/**
 * The data folder, and Chromium's own files in a folder of their own inside it, so that the chats' folder is the same for window
 * and browser. Chromium's switch `--user-data-dir` names another data folder. Must run before Electron is ready and before the
 * single-instance lock, which is one per folder.
 */
export function takeDataFolder(): string {
  const given = app.commandLine.getSwitchValue('user-data-dir')
  const folder = given === '' ? dataFolder(process.env) : given
  const chromium = join(folder, 'chromium')
  try {
    mkdirSync(chromium, { recursive: true })
    app.setPath('userData', chromium)
  } catch {
    // Not writable: Electron keeps its default, and the services say in the window that nothing can be kept.
  }
  return folder
}
