import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Texts } from './texts.ts'

/** The standard commands every desktop program has, in the person's language. */
export function menuTemplate(t: Texts, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const edit: MenuItemConstructorOptions[] = [
    { role: 'undo', label: t.undo },
    { role: 'redo', label: t.redo },
    { type: 'separator' },
    { role: 'cut', label: t.cut },
    { role: 'copy', label: t.copy },
    { role: 'paste', label: t.paste },
    { role: 'selectAll', label: t.selectAll },
  ]
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload', label: t.reload },
    { type: 'separator' },
    { role: 'resetZoom', label: t.actualSize },
    { role: 'zoomIn', label: t.zoomIn },
    { role: 'zoomOut', label: t.zoomOut },
    { type: 'separator' },
    { role: 'togglefullscreen', label: t.fullScreen },
    { role: 'toggleDevTools', label: t.developerTools },
  ]
  return [
    mac ? { role: 'appMenu' } : { label: t.file, submenu: [{ role: 'quit', label: t.quit }] },
    { label: t.edit, submenu: edit },
    { label: t.view, submenu: view },
    { label: t.window, submenu: [{ role: 'minimize', label: t.minimize }, { role: 'close', label: t.close }] },
  ]
}

export function setMenu(t: Texts): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(t, process.platform)))
}
