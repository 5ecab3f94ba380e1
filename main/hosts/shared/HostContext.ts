import type { EngineLauncher } from '../../engine/client/EngineProcess.ts'
import type { AppFolders } from './appFolders.ts'

/** What every host is given: who we are, where our files are, and how engine processes start here. */
export interface HostContext {
  readonly version: string
  readonly folders: AppFolders
  readonly launcher: EngineLauncher
}
