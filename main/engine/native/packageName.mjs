/** node-llama-cpp's names for systems and processors. */
const SYSTEMS = /** @type {Record<string, string>} */ ({ linux: 'linux', darwin: 'mac', win32: 'win' })
const PROCESSORS = /** @type {Record<string, string>} */ ({ x64: 'x64', arm64: 'arm64', arm: 'armv7l' })

/**
 * Name of node-llama-cpp's package of prebuilt libraries for a variant, without its scope; also of the folder inside it. Part of
 * the engine's bundle as well as of the addon's build.
 * @param {string} variant `cpu`, `vulkan`, `cuda` or `metal`.
 * @param {string} [system]
 * @param {string} [processor]
 * @returns {string}
 */
export function packageName(variant, system = process.platform, processor = process.arch) {
  const base = `${SYSTEMS[system] ?? system}-${PROCESSORS[processor] ?? processor}`
  return variant === 'cpu' ? base : `${base}-${variant}`
}
