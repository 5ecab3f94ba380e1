import type { HostContext } from '../shared/HostContext.ts'
import { languageOfEnvironment } from '../shared/language.ts'
import { exitCodes, type ExitCode } from './exitCode.ts'
import type { ChatActions } from './chats/program.ts'
import type { CacheActions } from './cache/program.ts'
import type { ModelActions } from './models/program.ts'
import type { Actions } from './program.ts'
import { runCommandLine } from './runCommandLine.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command in this process and ends it.
 * @param args Arguments without program and script.
 * @param browserHost What the browser host does, which this one does not know.
 */
export async function runCli(args: readonly string[], host: HostContext, browserHost: Pick<Actions, 'serve' | 'api'>): Promise<void> {
  // `| head` closes the pipe when it has seen enough; that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.inputFailed))
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    outIsScreen: process.stdout.isTTY,
    errorIsScreen: process.stderr.isTTY,
    language: languageOfEnvironment(process.env),
  }
  const actions: Actions = {
    ask: async (question, options) => await (await import('./ask.ts')).ask(question, options, host, terminal),
    see: async (image, options) => await (await import('./see.ts')).see(image, options, host, terminal),
    extract: async (inputs, options) => await (await import('./extract/action.ts')).extractAction(inputs, options, host, terminal),
    ...browserHost,
    models: modelActions(async () => (await import('./models/actions.ts')).modelActions(host, terminal)),
    cache: cacheActions(async () => (await import('./cache/actions.ts')).cacheActions(terminal)),
    chats: chatActions(async () => (await import('./chats/actions.ts')).chatActions(host, terminal)),
  }
  end(await runCommandLine(args, host.version, actions, terminal))
}

/** The `models` commands, loaded when the first of them runs. */
function modelActions(load: () => Promise<ModelActions>): ModelActions {
  return {
    list: async (options) => await (await load()).list(options),
    info: async (model, options) => await (await load()).info(model, options),
    pull: async (name, options) => await (await load()).pull(name, options),
    import: async (paths, options) => await (await load()).import(paths, options),
    remove: async (model, options) => await (await load()).remove(model, options),
    plan: async (model, options) => await (await load()).plan(model, options),
  }
}

/** The `cache` commands, likewise. */
function cacheActions(load: () => Promise<CacheActions>): CacheActions {
  return {
    usage: async (options) => await (await load()).usage(options),
    clear: async (options) => await (await load()).clear(options),
    limit: async (bytes, options) => await (await load()).limit(bytes, options),
  }
}

/** The `chats` commands, likewise. */
function chatActions(load: () => Promise<ChatActions>): ChatActions {
  return {
    list: async (options) => await (await load()).list(options),
    export: async (chats, options) => await (await load()).export(chats, options),
    import: async (file, options) => await (await load()).import(file, options),
  }
}

/** Ends the process when everything written has left it: a pipe may take longer than we do. */
function end(code: ExitCode): void {
  process.exitCode = code
  process.stdout.write('', () => process.exit(code))
}
