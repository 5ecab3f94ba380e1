import * as z from 'zod'
import { generationOptions } from './chat.ts'
import { backends, modelFiles } from './model.ts'

export const languages = ['system', 'en', 'zh-CN'] as const
export const themes = ['system', 'light', 'dark'] as const

/** A web address of a server, as `new URL` takes it. */
const serverAddress = z.url({ protocol: /^https?$/ }).max(2000)

export const settings = z.object({
  language: z.enum(languages).default('system'),
  theme: z.enum(themes).default('system'),
  /** Null: the demo model. */
  model: modelFiles.nullable().default(null),
  generation: generationOptions.default({}),
  engine: z
    .object({
      backend: z.enum(['auto', ...backends]).default('auto'),
      /** Null: chosen from the machine. */
      threads: z.number().int().min(1).max(256).nullable().default(null),
      contextSize: z.number().int().min(512).max(131072).nullable().default(null),
      /** Null: as many layers as fit. */
      gpuLayers: z.number().int().min(0).max(1000).nullable().default(null),
    })
    .default({ backend: 'auto', threads: null, contextSize: null, gpuLayers: null }),
  downloads: z
    .object({
      /** Base address of the hub or of a mirror; null: what HF_ENDPOINT says, else huggingface.co. */
      hub: serverAddress.nullable().default(null),
      /** Null: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. May hold a name and password. */
      proxy: serverAddress.nullable().default(null),
      /** Connections at a time for one file. */
      connections: z.number().int().min(1).max(16).default(4),
    })
    .default({ hub: null, proxy: null, connections: 4 }),
  /** Whether the sidebar is shown. */
  sidebar: z.boolean().default(true),
})
export type Settings = z.infer<typeof settings>

export const settingsPatch = settings.partial()
export type SettingsPatch = Partial<Settings>

export const appInfo = z.object({
  version: z.string(),
  host: z.enum(['window', 'browser', 'command']),
  platform: z.string(),
  dataFolder: z.string(),
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
])
export type AppEvent = z.infer<typeof appEvent>
