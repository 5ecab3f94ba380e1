/** Members that JavaScript itself asks of any object. */
const harmless = new Set(['then', 'toJSON', 'constructor', 'inspect', 'nodeType', 'asymmetricMatch', '$$typeof', '__esModule'])

/**
 * A view of `target` that throws, naming the member, where code uses an Electron API that the stand-in does not have. A silent
 * `undefined` would let a mistake pass here and fail in front of a person.
 */
export function only<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target)
      // Classes (`electron.BrowserWindow`) stay what they are; methods need their private fields.
      if (typeof value === 'function' && typeof key === 'string' && !/^[A-Z]|^constructor$/.test(key)) return value.bind(target) as unknown
      if (value !== undefined || key in target || typeof key === 'symbol' || harmless.has(key)) return value
      throw new Error(`stand-in: ${name}.${key} is not emulated`)
    },
    set(_, key, value) {
      if (!(key in target)) throw new Error(`stand-in: ${name}.${String(key)} is not emulated`)
      return Reflect.set(target, key, value, target)
    },
  })
}

/** Fails where options hold something the stand-in does not know, naming it. */
export function checkOptions(name: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new Error(`stand-in: ${name} option "${unknown}" is not emulated`)
}
