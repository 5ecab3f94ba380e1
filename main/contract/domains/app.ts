import * as z from 'zod'
import { generationOptions } from './chat.ts'
import { backends, modelFiles } from './model.ts'

export const languages = ['system', 'en', 'zh-CN'] as const
export const themes = ['system', 'light', 'dark'] as const

const engineSettings = z.object({
  backend: z.enum(['auto', ...backends]).default('auto'),
  /** Null: chosen from the machine. */
  threads: z.number().int().min(1).max(256).nullable().default(null),
  contextSize: z.number().int().min(512).max(131072).nullable().default(null),
  /** Null: as many layers as fit. */
  gpuLayers: z.number().int().min(0).max(1000).nullable().default(null),
})

const fields = {
  language: z.enum(languages),
  theme: z.enum(themes),
  /** Null: the demo model. */
  model: modelFiles.nullable(),
  generation: generationOptions,
  engine: engineSettings,
  /** Whether the sidebar is shown. */
  sidebar: z.boolean(),
}

/** All settings. What a file lacks, such as one of an older version, is filled in. */
export const settings = z.object({
  language: fields.language.default('system'),
  theme: fields.theme.default('system'),
  model: fields.model.default(null),
  generation: fields.generation.default({}),
  engine: fields.engine.prefault({}),
  sidebar: fields.sidebar.default(true),
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
])
export type AppEvent = z.infer<typeof appEvent>
