/**
 * Runs in the page's own world before its scripts: builds what the preload script exposes. Calls cross to the preload's world
 * and back as events of the window, whose details the browser clones between worlds, as Electron's context bridge does.
 */

/**
 * @typedef {import('../frames.ts').Shape} Shape
 * @typedef {import('../frames.ts').BridgeReply} BridgeReply
 * @typedef {import('../frames.ts').BridgeSettled} BridgeSettled
 */
;(() => {
  let next = 0
  /** @type {Map<number, { resolve(value: unknown): void, reject(reason: Error): void }>} */
  const waiting = new Map()

  /** @param {string} name @param {(detail: unknown) => void} listener */
  const listen = (name, listener) => {
    window.addEventListener(name, (event) => {
      if (event instanceof CustomEvent) listener(event.detail)
    })
  }

  /** @param {readonly string[]} path */
  const callable = (path) => (/** @type {unknown[]} */ ...args) => {
    const id = next++
    let reply = /** @type {BridgeReply | undefined} */ (undefined)
    const onReply = (/** @type {Event} */ event) => {
      if (!(event instanceof CustomEvent)) return
      /** @type {unknown} */
      const detail = event.detail
      const answer = /** @type {BridgeReply} */ (detail)
      if (answer.id === id) reply = answer
    }
    window.addEventListener('stand-in:reply', onReply)
    window.dispatchEvent(new CustomEvent('stand-in:call', { detail: { id, path, args } }))
    window.removeEventListener('stand-in:reply', onReply)
    if (reply === undefined) throw new Error(`stand-in: no reply to ${path.join('.')}; its arguments could not be cloned`)
    if (reply.kind === 'error') throw new Error(reply.message)
    if (reply.kind === 'value') return reply.value
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }

  /** @param {Shape} shape @param {readonly string[]} path @returns {unknown} */
  const build = (shape, path) => {
    if (shape.kind === 'function') return callable(path)
    if (shape.kind === 'value') return shape.value
    return Object.freeze(Object.fromEntries(shape.members.map((member) => [member.name, build(member.shape, [...path, member.name])])))
  }

  listen('stand-in:expose', (detail) => {
    const { key, shape } = /** @type {{ key: string, shape: Shape }} */ (detail)
    Object.defineProperty(window, key, { value: build(shape, [key]), enumerable: true })
  })
  listen('stand-in:settled', (detail) => {
    const { id, ok, value } = /** @type {BridgeSettled} */ (detail)
    if (ok) waiting.get(id)?.resolve(value)
    else waiting.get(id)?.reject(new Error(String(value)))
    waiting.delete(id)
  })
})()
