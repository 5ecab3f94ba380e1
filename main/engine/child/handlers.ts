import { implement, ORPCError } from '@orpc/server'
import { neverAborted } from '../../platform/neverAborted.ts'
import { engineProtocol } from '../protocol.ts'
import { toEngineError } from './engineError.ts'
import { log } from './log.ts'
import type { ModelHost } from './model/ModelHost.ts'

export type EngineRouter = ReturnType<typeof createHandlers>

/** One handler per call of the protocol. What they throw crosses as code and parameters. */
export function createHandlers(host: ModelHost) {
  const engine = implement(engineProtocol)
  return engine.router({
    probe: engine.probe.handler(async ({ input }) => await settled(async () => await probe(host, input.backend))),
    measure: engine.measure.handler(async ({ input }) => await settled(async () => await host.measure(input))),
    memory: engine.memory.handler(async () => await settled(async () => await host.memory())),
    load: engine.load.handler(({ input, signal = neverAborted() }) => streamed(host.load(input, signal))),
    unload: engine.unload.handler(async () => await settled(async () => await host.unload().then(() => ({})))),
    setAdapters: engine.setAdapters.handler(async ({ input, signal = neverAborted() }) => await settled(async () => await host.model.setAdapters(input.adapters, signal))),
    count: engine.count.handler(async ({ input }) => await settled(async () => await host.model.count(input.prompt))),
    tokenize: engine.tokenize.handler(async ({ input }) => await settled(() => host.model.tokenize(input.prompt))),
    template: engine.template.handler(async () => await settled(() => host.model.template())),
    render: engine.render.handler(async ({ input }) => await settled(() => host.model.render(input.messages))),
    missing: engine.missing.handler(async ({ input }) => await settled(() => host.model.missing(input.keys))),
    generate: engine.generate.handler(async ({ input, signal = neverAborted() }) => streamed(await settled(() => host.model.generate(input, signal)))),
    prefill: engine.prefill.handler(async ({ input, signal = neverAborted() }) => await settled(async () => await host.model.prefill(input, signal))),
    see: engine.see.handler(async ({ input, signal = neverAborted() }) => await settled(async () => await host.model.see(input, signal))),
  })
}

async function probe(host: ModelHost, backend: Parameters<ModelHost['libraries']>[0]) {
  const libraries = await host.libraries(backend)
  return {
    backend: libraries.backend,
    device: libraries.device?.description ?? null,
    note: '',
    llamaCpp: libraries.llamaCpp.release,
    systemInfo: libraries.binding.systemInfo().text,
    processId: process.pid,
  }
}

async function settled<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asData(error)
  }
}

async function* streamed<T>(events: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* events
  } catch (error) {
    throw asData(error)
  }
}

function asData(thrown: unknown): ORPCError<'APP', { code: string; params: Record<string, string | number> }> {
  const error = toEngineError(thrown)
  if (error.code === 'INTERNAL') log('error', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
  return new ORPCError('APP', { message: error.message, data: { code: error.code, params: { ...error.params } } })
}
