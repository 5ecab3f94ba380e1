import type { AppInfo } from '../contract/domains/app.ts'
import type { ModelFiles } from '../contract/domains/model.ts'
import type { Engine } from '../engine/client/Engine.ts'
import type { Logger } from '../platform/log.ts'
import type { DataPaths } from '../platform/paths.ts'
import type { ForcedServer, OpenServer } from './completions/LocalServer.ts'
import type { SettingsPort } from './settings/SettingsBackend.ts'

/** What every host supplies. The services start no process and open no window themselves. */
export interface EnginePorts {
  /** Not started yet, or running; the services choose its model and stop it at the end. */
  readonly engine: Engine
  /** Absolute paths of the demo model. */
  readonly demoModel: ModelFiles
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** What a host with chats supplies (window, browser). */
export interface ServicePorts extends EnginePorts {
  readonly version: string
  readonly host: AppInfo['host']
  readonly paths: DataPaths
  /** BCP 47. */
  readonly systemLanguage: string
  readonly settings: SettingsPort
  /** Absolute path of the folder of sample pictures; it need not exist. */
  readonly sampleFolder: string
  /** Absolute path of the folder of templates that come with the app. */
  readonly templateFolder: string
  /** Absolute path of the built thread that draws PDFs. */
  readonly pdfEntry: string
  /** Absolute path of the catalogue of models. */
  readonly catalogue: string
  /** Where HF_ENDPOINT, HF_TOKEN and the proxies stand. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Null where the host has no native dialogs. */
  readonly dialogs: Dialogs | null
  readonly canRevealFile: boolean
  /** What listens for other programs. Absent: this host offers no server, and `server` says so. */
  readonly openServer?: OpenServer
  /** Turns that server on for this start, whatever the settings say. */
  readonly forcedServer?: ForcedServer
}

export interface Dialogs {
  /** An absolute path, or null where the person cancelled. */
  pickModelFile(kind: 'model' | 'projector', signal?: AbortSignal): Promise<string | null>
}
