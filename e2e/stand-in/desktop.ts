import { EventEmitter } from 'node:events'
import { only } from './only.ts'

/** The rest of the desktop: what a person would see outside the page is written to stderr, where specs can find it. */
const tell = (what: string, ...details: unknown[]): void => console.error(`stand-in: ${what}`, ...details)

/** Environment variable: the file that the next open dialogs choose; without it they are cancelled. */
const chosenFileVariable = 'STAND_IN_CHOSEN_FILE'

/** Environment variable: the button that is pressed in message boxes; without it the first one. */
const pressedButtonVariable = 'STAND_IN_PRESSED_BUTTON'

export const dialog = only('dialog', {
  showErrorBox: (title: string, content: string) => tell('error box:', title, content),
  showMessageBox: (...args: unknown[]) => {
    const box = args.at(-1) as { buttons?: readonly string[] }
    tell('message box:', JSON.stringify(box))
    const pressed = process.env[pressedButtonVariable]
    return Promise.resolve({ response: pressed === undefined ? 0 : (box.buttons ?? []).indexOf(pressed), checkboxChecked: false })
  },
  showOpenDialog: () => {
    const chosen = process.env[chosenFileVariable]
    return Promise.resolve(chosen === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [chosen] })
  },
})

export const clipboard = only('clipboard', {
  writeText: (text: string) => {
    tell('copied', text)
    return Promise.resolve()
  },
})

export const shell = only('shell', {
  openExternal: (url: string) => {
    tell('openExternal', url)
    return Promise.resolve()
  },
  openPath: (path: string) => {
    tell('openPath', path)
    return Promise.resolve('')
  },
  showItemInFolder: (path: string) => tell('showItemInFolder', path),
})

interface MenuTemplate {
  role?: string
  label?: string
  submenu?: readonly MenuTemplate[]
}

/** Electron's Menu, without a screen to show it on. */
export class Menu {
  static #application: Menu | null = null
  readonly items: readonly MenuTemplate[]

  constructor(items: readonly MenuTemplate[] = []) {
    this.items = items
  }

  static buildFromTemplate(template: readonly MenuTemplate[]): Menu {
    return new Menu(template)
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }

  popup(): void {
    tell('menu:', this.items.map(({ label, role }) => label ?? role).join(', '))
  }
}

class NativeTheme extends EventEmitter {
  themeSource: 'system' | 'light' | 'dark' = 'system'

  get shouldUseDarkColors(): boolean {
    return this.themeSource === 'dark'
  }
}
export const nativeTheme = only('nativeTheme', new NativeTheme())

const workArea = { x: 0, y: 0, width: 1280, height: 800 }
const display = { id: 1, bounds: workArea, workArea, workAreaSize: { width: 1280, height: 800 }, scaleFactor: 1 }
export const screen = only('screen', {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
  getDisplayMatching: () => display,
})
