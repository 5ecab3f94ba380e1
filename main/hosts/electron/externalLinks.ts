import { clipboard, dialog, shell, type BrowserWindow } from 'electron'
import { webAddress } from '../../contract/webAddress.ts'
import type { Texts } from './texts.ts'

/** Shows a web address to the person, and opens it in their browser or copies it where they say so. */
export async function askToOpen(address: string, window: BrowserWindow | null, t: Texts): Promise<void> {
  const url = webAddress(address)
  if (url === null) return
  const question = { type: 'question' as const, message: t.openLink, detail: `${t.openLinkDetail}\n\n${url}`, buttons: [t.open, t.copyAddress, t.cancel], defaultId: 2, cancelId: 2, noLink: true }
  const { response } = window === null ? await dialog.showMessageBox(question) : await dialog.showMessageBox(window, question)
  if (response === 0) await shell.openExternal(url)
  else if (response === 1) await clipboard.writeText(url)
}
