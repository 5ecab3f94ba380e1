import { EngineClient } from '../../engine/client/EngineClient.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Logger } from '../../platform/log.ts'
import type { HostContext } from './HostContext.ts'

/** The engine of a host; its process starts when a model is chosen. */
export function createEngine(host: HostContext, logger: Logger): Engine {
  return new EngineClient({ launcher: host.launcher, addonFolder: host.folders.native, logger })
}
