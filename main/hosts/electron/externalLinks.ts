import { dialog, shell, type BrowserWindow } from 'electron'
import type { Texts } from './texts.ts'
import { webAddress } from './webAddress.ts'

/** Opens a web address in the person's browser after they have seen it and agreed. */
export async function askToOpen(address: string, window: BrowserWindow | null, t: Texts): Promise<void> {
  const url = webAddress(address)
  if (url === null) return
  const question = { type: 'question' as const, message: t.openLink, detail: `${t.openLinkDetail}\n\n${url}`, buttons: [t.open, t.cancel], defaultId: 1, cancelId: 1, noLink: true }
  const { response } = window === null ? await dialog.showMessageBox(question) : await dialog.showMessageBox(window, question)
  if (response === 0) await shell.openExternal(url)
}
