import { Command, Option } from 'commander'
import { contextSize, layers } from '../values.ts'

interface Common {
  readonly json?: true
  readonly verbose?: true
}

export interface InfoOptions extends Common {
  readonly mmproj?: string
}

export interface PullOptions extends Common {
  readonly model?: string
  readonly mmproj?: string
  readonly revision: string
}

export interface RemoveOptions extends Common {
  /** `--keep-files`: a download's files stay on the disk. */
  readonly keepFiles?: true
}

export interface PlanOptions extends Common {
  readonly mmproj?: string
  readonly context?: number
  readonly gpuLayers?: number
  readonly kv?: 'f16' | 'q8_0'
  readonly projector?: 'gpu' | 'cpu'
  readonly backend: 'auto' | 'cpu' | 'vulkan' | 'cuda' | 'metal'
}

/** What the `models` commands do. */
export interface ModelActions {
  readonly list: (options: Common & { readonly available?: true }) => Promise<void>
  readonly info: (model: string, options: InfoOptions) => Promise<void>
  readonly pull: (name: string, options: PullOptions) => Promise<void>
  readonly import: (paths: readonly string[], options: Common) => Promise<void>
  readonly remove: (model: string, options: RemoveOptions) => Promise<void>
  readonly plan: (model: string, options: PlanOptions) => Promise<void>
}

const help = `
A model is named by its id or name in "models list", by the beginning of either, or by the path of its file.
Only "pull" connects to anything: to the hub, or to the mirror in HF_ENDPOINT or the settings.`

/** The `models` commands. */
export function modelsCommand(actions: ModelActions): Command {
  const models = new Command('models').description('models at hand, and models to be had').addHelpText('after', help)
  const add = (usage: string, text: string): Command => models.command(usage).description(text).option('--json', 'print JSON').option('--verbose', 'log to stderr, and show where an error came from')
  add('list', 'list the models at hand').option('--available', 'list what can be had instead').action(actions.list)
  add('info', 'say what a model is, and what is wrong with it, from its header alone').argument('<model>').option('--mmproj <file>', 'projector to judge it with').action(actions.info)
  add('pull', 'download a model with its projector; goes on where an earlier try ended')
    .argument('<name>', 'name of the catalogue, perhaps with a quantisation (llava-1.5-7b:Q5_K_M), or owner/name of a repository')
    .option('--model <path>', 'model file in the repository')
    .option('--mmproj <path>', 'projector file in the repository')
    .option('--revision <name>', 'branch, tag or commit of the repository', 'main')
    .action(actions.pull)
  add('import', 'take models into the list where they lie; folders are searched').argument('<path...>').action(actions.import)
  add('remove', 'take a model off the list; the files of a download are deleted').argument('<model>').option('--keep-files', 'leave the files on the disk').action(actions.remove)
  add('plan', 'say what loading a model would take here, without loading it')
    .argument('<model>')
    .option('--mmproj <file>', 'projector to load with it')
    .option('--context <tokens>', 'length of a conversation', contextSize)
    .option('--gpu-layers <number>', 'layers on the graphics card', layers)
    .addOption(new Option('--kv <type>', 'precision of the KV cache').choices(['f16', 'q8_0']))
    .addOption(new Option('--projector <place>', 'where the projector runs').choices(['gpu', 'cpu']))
    .addOption(new Option('--backend <name>', 'what to run on').choices(['auto', 'cpu', 'vulkan', 'cuda', 'metal']).default('auto'))
    .action(actions.plan)
  return models
}
