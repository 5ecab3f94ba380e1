/**
 * Loaded with `node --import` in front of the entry of a utility process: gives it `process.parentPort` in place of Node's
 * own channel, which Electron's utility processes do not have.
 */
import { EventEmitter } from 'node:events'
import { register } from 'node:module'

const electronVersion = '45.4.1'
Object.defineProperty(process.versions, 'electron', { value: electronVersion, enumerable: true })
Object.defineProperty(process, 'type', { value: 'utility', enumerable: true })
// `electron` in a utility process has `net` and `systemPreferences` only; neither is emulated.
Object.defineProperty(globalThis, Symbol.for('electron stand-in'), { value: {} })
register('./hook.mjs', { parentURL: import.meta.url, data: { names: [] } })

const send = process.send?.bind(process)
if (send === undefined) throw new Error('stand-in: a utility process needs the channel of its parent')

/** Like Electron's ParentPort: messages wait until somebody listens. */
class ParentPort extends EventEmitter {
  /** @type {unknown[]} */
  #waiting = []

  /** @param {unknown} data */
  receive(data) {
    if (this.listenerCount('message') === 0) this.#waiting.push(data)
    else this.emit('message', { data, ports: [] })
  }

  /** @param {unknown} message */
  postMessage(message) {
    // The parent may be gone already; Electron drops the message then, too.
    send?.(structuredClone(message), undefined, undefined, () => undefined)
  }

  start() {
    for (const data of this.#waiting.splice(0)) this.receive(data)
  }
}

const parentPort = new ParentPort()
parentPort.on('newListener', (name) => {
  if (name === 'message') queueMicrotask(() => parentPort.start())
})
process.on('message', (data) => parentPort.receive(data))
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'parentPort', { value: parentPort, enumerable: true })
Object.defineProperty(process, 'send', { value: undefined })
