import type { Engine } from '../../engine/client/Engine.ts'
import { createLogger, stderrSink } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { OneShot } from '../../services/oneShot/OneShot.ts'
import { createEngine } from '../shared/createEngine.ts'
import { dataFolder } from '../shared/dataFolder.ts'
import { demoModel } from '../shared/demoModel.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { onStopSignal } from '../shared/stopSignals.ts'
import { chooseModel, type ChosenModel } from './chooseModel.ts'
import { exitCodes } from './exitCode.ts'
import type { ModelOptions } from './program.ts'
import { tellSteppedDown } from './steppedDown.ts'
import { errorLine, type Terminal } from './terminal.ts'

/**
 * Runs `work` with an engine that is loading the chosen model, and ends the engine afterwards. Ctrl+C aborts the signal. Where the
 * model had to be made smaller, the terminal is told.
 */
export async function withEngine<T>(
  options: ModelOptions,
  host: HostContext,
  terminal: Terminal,
  work: (oneShot: OneShot, signal: AbortSignal, chosen: ChosenModel) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const endWatch = onStopSignal(
    () => controller.abort(),
    () => process.exit(exitCodes.interrupted),
  )
  const logger = createLogger(options.verbose ? [stderrSink] : [], 'debug')
  const paths = dataPaths(dataFolder(process.env))
  // A question from the command line leaves nothing of its picture behind.
  const engine: Engine = createEngine(host, logger, paths, null)
  const endTelling = tellSteppedDown(engine, terminal)
  const oneShot = OneShot.create(engine)
  try {
    const chosen = await chooseModel(options, paths, demoModel(host.folders.resources), { logger, tell: (notice) => terminal.error(errorLine(notice, terminal.language)) })
    engine.use(chosen.load)
    return await work(oneShot, controller.signal, chosen)
  } finally {
    await Promise.all([oneShot.dispose(), engine.stop()])
    endTelling()
    endWatch()
  }
}
