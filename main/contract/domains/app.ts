import * as z from 'zod'
import { generationOptions } from './chat.ts'
import { backends, kvTypes, modelFiles } from './model.ts'

export const languages = ['system', 'en', 'zh-CN'] as const
export const themes = ['system', 'light', 'dark'] as const

/** An address of the web. Not `z.url` alone: it takes any scheme. */
const webAddress = z.url({ protocol: /^https?$/ }).max(2000)

const engineSettings = z.object({
  backend: z.enum(['auto', ...backends]).default('auto'),
  /** Null: chosen from the machine. */
  threads: z.number().int().min(1).max(256).nullable().default(null),
  contextSize: z.number().int().min(512).max(131072).nullable().default(null),
  /** Null: as many layers as fit. */
  gpuLayers: z.number().int().min(0).max(1000).nullable().default(null),
  /** Precision of the KV cache. Null: chosen with the plan. */
  kvType: z.enum(kvTypes).nullable().default(null),
  /** Null: chosen with the plan. */
  projectorOnGpu: z.boolean().nullable().default(null),
  /** Minutes without a question after which the model leaves the memory. Null: never. */
  idleMinutes: z.number().int().min(1).max(1440).nullable().default(null),
})

const downloadSettings = z.object({
  /** Base address of the hub or of a mirror that speaks its URLs. Null: what HF_ENDPOINT says, else huggingface.co. */
  hub: webAddress.nullable().default(null),
  /** Null: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. May hold a name and password. */
  proxy: webAddress.nullable().default(null),
  /** Connections one file is fetched over. */
  connections: z.number().int().min(1).max(16).default(4),
})

const serverSettings = z.object({
  /** Whether other programs on this machine may ask. */
  enabled: z.boolean().default(false),
  /** On 127.0.0.1. */
  port: z.number().int().min(1024).max(65535).default(4141),
})

const fields = {
  language: z.enum(languages),
  theme: z.enum(themes),
  /** Null: the demo model. */
  model: modelFiles.nullable(),
  generation: generationOptions,
  engine: engineSettings,
  downloads: downloadSettings,
  server: serverSettings,
  /** Whether the sidebar is shown. */
  sidebar: z.boolean(),
  /** Nothing is asked of any other computer. */
  offline: z.boolean(),
}

/** All settings. What a file lacks, such as one of an older version, is filled in. */
export const settings = z.object({
  language: fields.language.default('system'),
  theme: fields.theme.default('system'),
  model: fields.model.default(null),
  generation: fields.generation.default({}),
  engine: fields.engine.prefault({}),
  downloads: fields.downloads.prefault({}),
  server: fields.server.prefault({}),
  sidebar: fields.sidebar.default(true),
  offline: fields.offline.default(false),
})
export type Settings = z.infer<typeof settings>

/** Some of the settings. Made of the fields without their defaults: `settings.partial()` would fill in, and so reset, what a patch leaves out. */
export const settingsPatch = z.object(fields).partial()
export type SettingsPatch = Partial<Settings>

export const appInfo = z.object({
  version: z.string(),
  host: z.enum(['window', 'browser', 'command']),
  platform: z.string(),
  dataFolder: z.string(),
  /** False where `dataFolder` could not be written: then it is a temporary one, deleted at the end. */
  keepsData: z.boolean(),
  /** BCP 47, as the system reports it. */
  systemLanguage: z.string(),
  /** What this host can do beyond the shared screen. */
  can: z.object({
    /** A native file dialog that returns paths (models). */
    pickFiles: z.boolean(),
    /** Show a file in the file manager. */
    revealFile: z.boolean(),
  }),
  /** Things the person should know about the start, e.g. a settings file that was set aside. */
  notices: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })),
})
export type AppInfo = z.infer<typeof appInfo>

/** Facts that happened, for every open page; the page asks for what it needs afterwards. */
export const appEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('chatsChanged') }),
  /** Messages were added or ended in this chat. */
  z.object({ type: z.literal('chatChanged'), chatId: z.string() }),
  z.object({ type: z.literal('settingsChanged') }),
  /** A model was added, changed or removed: by a page, a download or a command. */
  z.object({ type: z.literal('modelsChanged') }),
  /** A template was saved, removed or restored. */
  z.object({ type: z.literal('templatesChanged') }),
])
export type AppEvent = z.infer<typeof appEvent>
