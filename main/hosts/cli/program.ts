import { Command, Option } from 'commander'
import { promptTemplates, type PromptTemplate } from '../../contract/promptTemplates.ts'
import { cacheCommand, type CacheActions } from './cache/program.ts'
import { chatsCommand, type ChatActions } from './chats/program.ts'
import { extractCommand, type ExtractOptions } from './extract/program.ts'
import { modelsCommand, type ModelActions } from './models/program.ts'
import { collect, maxTokens, port, seed, temperature } from './values.ts'

/** Options that choose a model; without them the configured one answers, or the demo model. */
export interface ModelOptions {
  readonly model?: string
  readonly mmproj?: string
  readonly verbose?: true
}

export interface AskOptions extends ModelOptions {
  readonly image: readonly string[]
  readonly temperature: number
  readonly seed?: number
  readonly maxTokens?: number
  readonly system?: string
  readonly template?: PromptTemplate
  readonly json?: true
}

export interface SeeOptions extends ModelOptions {
  readonly png?: string
  readonly embeddings?: string
}

export interface ServeOptions {
  readonly port: number
  readonly open: boolean
  readonly offline?: true
  readonly verbose?: true
  readonly api?: true | number
}

export interface ApiOptions {
  readonly port?: number
  readonly tokenFile?: string
  readonly verbose?: true
}

/** What the commands do; given from outside so that reading the command line loads none of it. */
export interface Actions {
  readonly ask: (question: string, options: AskOptions) => Promise<void>
  readonly see: (image: string, options: SeeOptions) => Promise<void>
  readonly serve: (options: ServeOptions) => Promise<void>
  readonly api: (options: ApiOptions) => Promise<void>
  readonly extract: (inputs: readonly string[], options: ExtractOptions) => Promise<void>
  readonly models: ModelActions
  readonly cache: CacheActions
  readonly chats: ChatActions
}

const exitCodeHelp = `
Exit codes: 0 done, 1 an input failed, 2 wrong usage, 3 the model or engine failed.
Files are relative to the current folder. Nothing but "models pull" and downloads that you start in the app connect to anything;
with LLAVA_DESK_OFFLINE=1 in the environment, or "serve --offline", nothing does.`

const withModel = (command: Command): Command =>
  command
    .option('--model <name|file>', 'a model of "models list", or a language model file (.gguf); default: the one in use, else the demo model')
    .option('--mmproj <file>', 'projector of that model (.gguf); a file sees no pictures without it')
    .option('--verbose', 'log to stderr, and show where an error came from')

/** The whole command line. */
export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('llava-desk')
    .description('Ask about images with LLaVA, entirely on your own machine.')
    .version(version)
    .addHelpText('after', exitCodeHelp)
  withModel(program.command('ask').argument('<question>', 'what you want to know'))
    .description('answer a question about pictures; the answer is streamed to stdout')
    .option('--image <file>', 'picture to ask about; may be given several times', collect, [])
    .option('--temperature <number>', 'randomness of the answer; 0 always gives the likeliest one', temperature, 0)
    .option('--seed <number>', 'start of the random numbers, for repeatable answers above temperature 0', seed)
    .option('--max-tokens <number>', 'longest answer', maxTokens)
    .option('--system <text>', "replaces the system prompt of the model's conversation template")
    .addOption(new Option('--template <name>', "conversation template; default: that of the model's family").choices(promptTemplates))
    .option('--json', 'print one JSON object with answer, stop reason, token counts, timings and what caches saved')
    .action(actions.ask)
  withModel(program.command('see').argument('<image>', 'picture'))
    .description('write what the model gets from a picture')
    .option('--png <file>', 'write the square picture after padding and resizing')
    .option('--embeddings <file>', 'write the projected embeddings: raw little-endian float32, tokens x width')
    .action(actions.see)
  program
    .command('serve')
    .description('serve the app to a browser on this machine; the address is printed to stdout')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes any free one', port, 0)
    .option('--no-open', 'do not open the browser')
    .option('--offline', 'ask no other computer for anything, whatever the settings say')
    .option('--api [port]', 'answer other programs too, as "api" does, on this port', port)
    .option('--verbose', 'log to stderr')
    .action(actions.serve)
  program
    .command('api')
    .description("answer other programs on this machine in OpenAI's form; address and token are printed to stdout")
    .option('--port <number>', 'port on 127.0.0.1; 0 takes any free one; default: that of the settings', port)
    .option('--token-file <file>', 'file with the token; default: LLAVA_DESK_API_TOKEN, else one that is kept')
    .option('--verbose', 'log to stderr')
    .action(actions.api)
  program.addCommand(extractCommand(actions.extract))
  program.addCommand(modelsCommand(actions.models))
  program.addCommand(cacheCommand(actions.cache))
  program.addCommand(chatsCommand(actions.chats))
  return program
}
