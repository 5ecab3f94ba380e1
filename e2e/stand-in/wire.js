/**
 * Structured clones as JSON, between the page and the main process of the stand-in. Runs in both: the page gets this file's
 * text without the word `export`. What Electron could not clone throws here as well.
 */

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let text = ''
  // In pieces, since the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** @type {Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>} */
const views = { Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array, DataView }

/**
 * @param {object} value
 * @returns {unknown}
 */
function encodeObject(value) {
  if (Array.isArray(value)) return { $: 'list', v: value.map(encode) }
  if (value instanceof Date) return { $: 'date', v: value.getTime() }
  if (value instanceof Map) return { $: 'map', v: [...value].map(([key, item]) => [encode(key), encode(item)]) }
  if (value instanceof Set) return { $: 'set', v: [...value].map(encode) }
  if (value instanceof Error) return { $: 'error', v: value.message, name: value.name }
  if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) }
  if (ArrayBuffer.isView(value)) {
    const kind = value.constructor.name
    return { $: kind === 'Buffer' ? 'Uint8Array' : kind, v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) }
  }
  if (value instanceof Blob) throw new TypeError('stand-in: a Blob cannot cross between a page and the main process')
  return { $: 'object', v: Object.entries(value).map(([key, item]) => [key, encode(item)]) }
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
export function encode(value) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'undefined':
      return { $: 'undefined' }
    case 'bigint':
      return { $: 'bigint', v: String(value) }
    case 'object':
      return value === null ? null : encodeObject(value)
    case 'function':
    case 'symbol':
      throw new DOMException(`${String(value)} could not be cloned.`, 'DataCloneError')
  }
}

/** A value that JSON cannot carry as it is. @typedef {{ $: string, v: never, name?: string }} Tagged */

/**
 * @param {unknown} value
 * @returns {unknown}
 */
export function decode(value) {
  if (typeof value !== 'object' || value === null) return value
  const { $: kind, v, name = '' } = /** @type {Tagged} */ (value)
  switch (kind) {
    case 'undefined': return undefined
    case 'number': return Number(v)
    case 'bigint': return BigInt(v)
    case 'list': return decodeList(v)
    case 'date': return new Date(v)
    case 'map': return new Map(decodePairs(v))
    case 'set': return new Set(decodeList(v))
    case 'error': return Object.assign(new Error(v), { name })
    case 'buffer': return fromBase64(v).buffer
    case 'object': return Object.fromEntries(decodePairs(v))
    default: {
      const View = views[kind]
      if (View === undefined) throw new TypeError(`stand-in: no such kind on the wire: ${kind}`)
      return new View(fromBase64(v).buffer)
    }
  }
}

/** @param {unknown[]} list */
function decodeList(list) {
  return list.map(decode)
}

/** @param {[string, unknown][]} pairs @returns {[string, unknown][]} */
function decodePairs(pairs) {
  return pairs.map(([key, item]) => [/** @type {string} */ (decode(key)), decode(item)])
}
