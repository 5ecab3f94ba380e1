import { EventEmitter } from 'node:events'
import { CdpConnection, type CdpSession } from './cdp.ts'
import { Schemes } from './scheme.ts'
import { Session } from './Session.ts'

/** Environment variable: address of the DevTools socket of the Chromium that shows the windows. */
const endpointVariable = 'STAND_IN_CHROMIUM'

/** What the parts of the stand-in share: the browser, the schemes, the one session. */
class StandIn extends EventEmitter {
  readonly schemes = new Schemes()
  readonly session = new Session(this.schemes)
  /** The browser is there and the app's main module has been evaluated. */
  readonly connected: Promise<void>
  #evaluated: (outcome: Promise<unknown>) => void = () => undefined
  #connection: CdpConnection | null = null

  constructor() {
    super()
    const evaluated = new Promise((resolve) => (this.#evaluated = resolve))
    this.connected = Promise.all([this.#connect(), evaluated]).then(() => undefined)
    // Whoever waits for it hears of a failure.
    this.connected.catch(() => undefined)
  }

  get browser(): CdpSession {
    if (this.#connection === null) throw new Error('stand-in: Electron APIs for windows work after app.whenReady() only')
    return this.#connection.browser
  }

  /** The app's main module is being evaluated. */
  start(evaluated: Promise<unknown>): void {
    this.#evaluated(evaluated)
  }

  /** A window was made. */
  created(window: unknown): void {
    this.emit('created', window)
  }

  /** A window is gone; so many are left. */
  closed(left: number): void {
    this.emit('closed', left)
  }

  async #connect(): Promise<void> {
    const endpoint = process.env[endpointVariable]
    if (endpoint === undefined) throw new Error(`stand-in: ${endpointVariable} is not set`)
    this.#connection = await CdpConnection.connect(endpoint)
    await this.#connection.browser.send('Target.setDiscoverTargets', { discover: true })
  }
}

export const standIn = new StandIn()
