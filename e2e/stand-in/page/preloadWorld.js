/**
 * Runs in an isolated world before the page's scripts: the part of Electron a sandboxed preload script sees. The stand-in puts
 * `wire.js` in front of it and the preload bundle behind it, in one function.
 */
import { decode, encode } from '../wire.js'

/**
 * @typedef {import('../frames.ts').FromPage} FromPage
 * @typedef {import('../frames.ts').ToPage} ToPage
 * @typedef {import('../frames.ts').Shape} Shape
 * @typedef {import('../frames.ts').BridgeCall} BridgeCall
 * @typedef {(...args: unknown[]) => unknown} Call
 */

/** The binding that Chromium gives this world alone. @type {unknown} */
const binding = Reflect.get(globalThis, '__standInSend')

/** @param {FromPage} frame */
const toMain = (frame) => /** @type {(json: string) => void} */ (binding)(JSON.stringify(frame))

/** @param {string} name @param {object} members */
const only = (name, members) =>
  new Proxy(members, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || key === 'then') return /** @type {unknown} */ (Reflect.get(target, key))
      throw new Error(`stand-in: ${name}.${key} is not emulated`)
    },
  })

/** @type {Map<string, MessagePort>} */
const ports = new Map()
let nextPort = 0

/** Passes messages of a port of this page on to the main process. @param {string} id @param {MessagePort} port */
const adopt = (id, port) => {
  ports.set(id, port)
  port.onmessage = (event) => {
    if (event.ports.length > 0) throw new Error('stand-in: a port within a port message is not emulated')
    toMain({ t: 'port', id, data: encode(event.data) })
  }
  port.addEventListener('close', () => {
    if (ports.delete(id)) toMain({ t: 'portClosed', id })
  })
}

/** A port for the page whose other end is in the main process. @param {string} id */
const portFromMain = (id) => {
  const { port1, port2 } = new MessageChannel()
  adopt(id, port1)
  return port2
}

/** @type {Map<string, Set<{ call: Call, once: boolean }>>} */
const listeners = new Map()
/** @type {Map<number, { resolve(value: unknown): void, reject(reason: Error): void }>} */
const invoked = new Map()
let nextInvoke = 0

/** @param {string} channel @param {Call} call @param {boolean} once */
const listen = (channel, call, once) => {
  const set = listeners.get(channel) ?? new Set()
  listeners.set(channel, set.add({ call, once }))
}

/** @param {string} channel @param {Call} call */
const forget = (channel, call) => {
  for (const listener of listeners.get(channel) ?? []) if (listener.call === call) listeners.get(channel)?.delete(listener)
}

/** @type {object} */
const ipcRenderer = only('ipcRenderer', {
  on: (/** @type {string} */ channel, /** @type {Call} */ call) => (listen(channel, call, false), ipcRenderer),
  once: (/** @type {string} */ channel, /** @type {Call} */ call) => (listen(channel, call, true), ipcRenderer),
  off: (/** @type {string} */ channel, /** @type {Call} */ call) => (forget(channel, call), ipcRenderer),
  removeListener: (/** @type {string} */ channel, /** @type {Call} */ call) => (forget(channel, call), ipcRenderer),
  removeAllListeners: (/** @type {string} */ channel) => (listeners.delete(channel), ipcRenderer),
  send: (/** @type {string} */ channel, /** @type {unknown[]} */ ...args) => toMain({ t: 'send', channel, args: encode(args), ports: [] }),
  postMessage(/** @type {string} */ channel, /** @type {unknown} */ message, /** @type {MessagePort[]} */ transfer = []) {
    const ids = transfer.map((port) => {
      const id = `page-${nextPort++}`
      adopt(id, port)
      return id
    })
    toMain({ t: 'send', channel, args: encode([message]), ports: ids })
  },
  invoke(/** @type {string} */ channel, /** @type {unknown[]} */ ...args) {
    const id = nextInvoke++
    toMain({ t: 'invoke', id, channel, args: encode(args) })
    return new Promise((resolve, reject) => invoked.set(id, { resolve, reject }))
  },
})

/** Called by the main process. */
Object.defineProperty(globalThis, '__standInReceive', {
  value(/** @type {ToPage} */ frame) {
    switch (frame.t) {
      case 'ipc': {
        const event = { sender: ipcRenderer, senderId: 0, ports: frame.ports.map(portFromMain) }
        for (const listener of listeners.get(frame.channel) ?? []) {
          if (listener.once) listeners.get(frame.channel)?.delete(listener)
          listener.call(event, .../** @type {unknown[]} */ (decode(frame.args)))
        }
        return
      }
      case 'port':
        return ports.get(frame.id)?.postMessage(decode(frame.data))
      case 'portClosed':
        ports.get(frame.id)?.close()
        return void ports.delete(frame.id)
      case 'result':
        if (frame.ok) invoked.get(frame.id)?.resolve(decode(frame.value))
        else invoked.get(frame.id)?.reject(new Error(String(frame.value)))
        return void invoked.delete(frame.id)
    }
  },
})

/** @param {unknown} value @returns {Shape} */
const shapeOf = (value) => {
  if (typeof value === 'function') return { kind: 'function' }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'value', value }
  return { kind: 'object', members: Object.entries(value).map(([name, member]) => ({ name, shape: shapeOf(member) })) }
}

/** @type {Map<string, unknown>} */
const exposed = new Map()
const contextBridge = only('contextBridge', {
  exposeInMainWorld(/** @type {string} */ key, /** @type {unknown} */ api) {
    if (exposed.has(key)) throw new Error(`Cannot bind an API on top of an existing property on the window object: ${key}`)
    exposed.set(key, api)
    window.dispatchEvent(new CustomEvent('stand-in:expose', { detail: { key, shape: shapeOf(api) } }))
  },
})

/** @param {number} id @param {Promise<unknown>} promise */
const settleLater = async (id, promise) => {
  const detail = await promise.then((value) => ({ id, ok: true, value }), (/** @type {unknown} */ reason) => ({ id, ok: false, value: String(reason) }))
  window.dispatchEvent(new CustomEvent('stand-in:settled', { detail }))
}

/** The exposed function that the page names. @param {readonly string[]} path */
const find = ([key = '', ...names]) => {
  let member = exposed.get(key)
  for (const name of names) member = /** @type {Record<string, unknown>} */ (member)[name]
  return /** @type {Call} */ (member)
}

window.addEventListener('stand-in:call', (event) => {
  if (!(event instanceof CustomEvent) || event.detail === null) return
  /** @type {unknown} */
  const detail = event.detail
  const { id, path, args } = /** @type {BridgeCall} */ (detail)
  /** @param {object} answer */
  const reply = (answer) => window.dispatchEvent(new CustomEvent('stand-in:reply', { detail: { id, ...answer } }))
  try {
    const value = find(path)(...args)
    if (!(value instanceof Promise)) return void reply({ kind: 'value', value })
    reply({ kind: 'promise' })
    void settleLater(id, value)
  } catch (thrown) {
    reply({ kind: 'error', message: thrown instanceof Error ? thrown.message : String(thrown) })
  }
})

/** A browser tells no script where a file lies on disk. Electron answers '' for a file a script made, and so does this. */
const webUtils = only('webUtils', {
  getPathForFile(/** @type {unknown} */ file) {
    if (!(file instanceof File)) throw new TypeError('getPathForFile expected to receive a File object but one was not provided')
    return ''
  },
})

/** What the preload bundle gets as `require`. @param {string} name */
export const requireModule = (name) => {
  if (name === 'electron' || name === 'electron/renderer') return only('electron (in the preload script)', { contextBridge, ipcRenderer, webUtils })
  throw new Error(`module not found: ${name}`)
}
