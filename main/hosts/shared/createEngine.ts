import { join } from 'node:path'
import { backends } from '../../contract/domains/model.ts'
import { backendMemory, machineKey } from '../../engine/client/backendMemory.ts'
import { memorySteps } from '../../engine/client/memorySteps.ts'
import { EngineClient } from '../../engine/client/EngineClient.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { HostContext } from './HostContext.ts'

/**
 * The engine of a host; its process starts when a model is chosen. What graphics backends turn out to be is kept in `paths`.
 * `cacheFolder`: for what was computed of pictures and chats; null: nothing of it is left behind.
 */
export function createEngine(host: HostContext, logger: Logger, paths: DataPaths, cacheFolder: string | null = paths.engineCache): Engine {
  const addons = backends.map((backend) => join(host.folders.native, backend, 'llava-desk.node'))
  const memory = backendMemory(paths.backends, machineKey(host.version, addons), logger)
  return new EngineClient({ launcher: host.launcher, addonFolder: host.folders.native, cacheFolder, logger, backends: memory, steps: memorySteps(paths.memorySteps, logger) })
}
