/**
 * A stand-in for the module `electron` in the main process: enough of it to run the app's own main bundle, unchanged, on a
 * machine without Electron's runtime, with its windows in a real Chromium. Whatever is missing fails by name.
 */
import { App } from './App.ts'
import { BrowserWindow } from './BrowserWindow.ts'
import { clipboard, dialog, Menu, nativeTheme, screen, shell } from './desktop.ts'
import { ipcMain } from './ipcMain.ts'
import { only } from './only.ts'
import { MessageChannelMain, MessagePortMain } from './ports.ts'
import { protocolOf } from './Session.ts'
import { standIn } from './standIn.ts'
import { utilityProcess } from './utilityProcess.ts'

/** Told when the main module of the app has been evaluated. */
export const mainEvaluated = (outcome: Promise<unknown>): void => standIn.start(outcome)

export const electron = only('electron', {
  app: only('app', new App()),
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain: only('ipcMain', ipcMain),
  Menu,
  MessageChannelMain,
  MessagePortMain,
  nativeTheme,
  protocol: protocolOf(standIn.schemes),
  screen,
  session: only('session', { defaultSession: standIn.session }),
  shell,
  utilityProcess,
})
