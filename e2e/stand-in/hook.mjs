/** Node module hook: `electron` becomes a module whose exports are those of the stand-in, found on `globalThis`. */

const address = 'stand-in:electron'
/** @type {readonly string[]} */
let names = []

/** @param {{ names: readonly string[] }} data */
export function initialize(data) {
  names = data.names
}

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (specifier === 'electron' || specifier === 'electron/main') return { url: address, shortCircuit: true }
  return await next(specifier, context)
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (url !== address) return await next(url, context)
  const source = [
    `const electron = globalThis[Symbol.for('electron stand-in')]`,
    'export default electron',
    ...names.map((name) => `export const ${name} = electron.${name}`),
  ]
  return { format: 'module', shortCircuit: true, source: source.join('\n') }
}
