import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'
import type { Dialogs } from '../../services/ports.ts'
import type { Texts } from './texts.ts'

/** Native file dialogs, attached to the window where there is one. */
export function nativeDialogs(window: () => BrowserWindow | null, texts: () => Texts): Dialogs {
  return {
    pickModelFile: async (kind) => {
      const t = texts(), parent = window()
      const options: OpenDialogOptions = {
        title: kind === 'model' ? t.chooseModel : t.chooseProjector,
        properties: ['openFile'],
        filters: [
          { name: t.ggufFiles, extensions: ['gguf'] },
          { name: t.allFiles, extensions: ['*'] },
        ],
      }
      const { canceled, filePaths } = parent === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(parent, options)
      return canceled ? null : (filePaths[0] ?? null)
    },
  }
}
