/**
 * Which host `npm start` opens, and why not the window where it is not the window. Pure: the facts come from outside.
 * @typedef {object} Facts
 * @property {readonly string[]} args Arguments after `npm start --`.
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {boolean} isRoot
 *
 * @typedef {{ host: 'window', note: string | null } | { host: 'browser', why: string }} HostChoice
 */

/**
 * @param {readonly string[]} args
 * @param {string} option
 */
const has = (args, option) => args.some((arg) => arg === option || arg.startsWith(`${option}=`))

/**
 * @param {Facts} facts
 * @returns {HostChoice}
 */
export function chooseHost({ args, platform, env, isRoot }) {
  // Both make sense for the browser host alone: whoever gives one of them has chosen it.
  for (const option of ['--port', '--no-open'])
    if (has(args, option)) return { host: 'browser', why: `${option} was given` }
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY'])
    return { host: 'browser', why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' }
  if (platform === 'linux' && isRoot) {
    if (!has(args, '--no-sandbox'))
      return { host: 'browser', why: "Electron's sandbox does not work as root; run as another user, or give --no-sandbox to open the window without it" }
    return { host: 'window', note: 'The window runs without its sandbox, as --no-sandbox asks.' }
  }
  return { host: 'window', note: null }
}

/**
 * Arguments of the browser host: those meant for the window alone fall away.
 * @param {readonly string[]} args
 */
export function browserArguments(args) {
  return ['serve', ...args.filter((arg) => arg !== '--no-sandbox')]
}
