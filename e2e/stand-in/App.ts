import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { BrowserWindow } from './BrowserWindow.ts'
import { only } from './only.ts'
import { standIn } from './standIn.ts'
import { PreventableEvent } from './WebContents.ts'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string }

/** The value of a Chromium switch on the command line, `--name=value`. */
function switchValue(name: string): string | null {
  const argument = process.argv.find((given) => given === `--${name}` || given.startsWith(`--${name}=`))
  return argument === undefined ? null : argument.slice(name.length + 3)
}

/** Electron's app. */
export class App extends EventEmitter {
  readonly isPackaged = false
  /** Absent but on macOS. */
  readonly dock = undefined
  readonly commandLine = only('CommandLine', {
    hasSwitch: (name: string) => switchValue(name) !== null,
    getSwitchValue: (name: string) => switchValue(name) ?? '',
    appendSwitch: () => undefined,
  })
  readonly #paths = new Map<string, string>()
  readonly #ready: Promise<void>
  #isReady = false
  #quitting = false
  #name = manifest.name

  constructor() {
    super()
    const userData = switchValue('user-data-dir')
    if (userData !== null) this.#paths.set('userData', userData)
    this.#ready = standIn.connected.then(() => {
      this.#isReady = true
      this.emit('ready', {}, {})
    })
    // Whoever waits for readiness hears of a failure.
    this.#ready.catch(() => undefined)
    standIn.on('created', (window: BrowserWindow) => {
      this.emit('browser-window-created', {}, window)
      this.emit('web-contents-created', {}, window.webContents)
    })
    standIn.on('closed', (left: number) => this.#windowClosed(left))
    process.on('SIGTERM', () => this.quit())
    process.on('SIGINT', () => this.quit())
  }

  whenReady(): Promise<void> {
    return this.#ready
  }

  isReady(): boolean {
    return this.#isReady
  }

  getName(): string {
    return this.#name
  }

  setName(name: string): void {
    this.#name = name
  }

  getVersion(): string {
    return manifest.version
  }

  getAppPath(): string {
    return root
  }

  getPath(name: string): string {
    const set = this.#paths.get(name)
    if (set !== undefined) return set
    switch (name) {
      case 'home':
        return homedir()
      case 'temp':
        return tmpdir()
      case 'exe':
        return process.execPath
      case 'appData':
        return process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
      case 'userData':
      case 'sessionData':
        return join(this.getPath('appData'), this.#name)
      case 'logs':
        return join(this.getPath('userData'), 'logs')
      default:
        throw new Error(`stand-in: app.getPath('${name}') is not emulated`)
    }
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  setAppLogsPath(path?: string): void {
    this.#paths.set('logs', path ?? this.getPath('logs'))
    mkdirSync(this.getPath('logs'), { recursive: true })
  }

  getLocale(): string {
    return (process.env['LC_ALL'] ?? process.env['LANG'] ?? 'en-US').split('.')[0]?.replace('_', '-') ?? 'en-US'
  }

  getSystemLocale(): string {
    return this.getLocale()
  }

  getPreferredSystemLanguages(): string[] {
    return [this.getLocale()]
  }

  /** One instance per data folder is all that specs start. */
  requestSingleInstanceLock(): boolean {
    return true
  }

  releaseSingleInstanceLock(): void {
    return
  }

  /** The stand-in has no other kind of page. */
  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
  }

  setAppUserModelId(): void {
    return
  }

  disableHardwareAcceleration(): void {
    return
  }

  focus(): void {
    return
  }

  /** As Electron does: asks, closes the windows, tells, ends. */
  quit(): void {
    if (this.#quitting) return
    this.#quitting = true
    const event = new PreventableEvent()
    this.emit('before-quit', event)
    const windows = BrowserWindow.getAllWindows()
    if (!event.defaultPrevented) for (const window of windows) window.close()
    if (event.defaultPrevented || BrowserWindow.getAllWindows().length > 0) {
      this.#quitting = false
      return
    }
    this.#finish()
  }

  /** Ends at once. */
  exit(code = 0): void {
    this.emit('quit', {}, code)
    process.exit(code)
  }

  relaunch(): void {
    throw new Error('stand-in: app.relaunch is not emulated')
  }

  #finish(): void {
    const event = new PreventableEvent()
    this.emit('will-quit', event)
    this.#quitting = false
    if (!event.defaultPrevented) this.exit(0)
  }

  #windowClosed(left: number): void {
    if (left > 0 || this.#quitting) return
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed')
    else this.quit()
  }
}
