const commands: ReadonlySet<string> = new Set(['ask', 'see', 'extract', 'models', 'cache', 'chats', 'serve', 'api', 'help', '--help', '-h', '--version', '-V'])

/** How the process was started. */
export interface Start {
  readonly underElectron: boolean
  readonly packaged: boolean
}

/**
 * Arguments of the command line; null where the window is wanted.
 *
 * Under plain Node there is no window: without a command the help is shown. Electron's own switches may stand before a command,
 * and in a clone the app's folder does too, so there a command is looked for.
 * @param argv The whole `process.argv`.
 */
export function commandArguments(argv: readonly string[], { underElectron, packaged }: Start): readonly string[] | null {
  if (!underElectron) return argv.length > 2 ? argv.slice(2) : ['--help']
  const rest = argv.slice(packaged ? 1 : 2)
  const at = rest.findIndex((arg) => commands.has(arg))
  return at === -1 ? null : rest.slice(at)
}
