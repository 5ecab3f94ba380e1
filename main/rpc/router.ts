import { implement, ORPCError, ValidationError } from '@orpc/server'
import { api } from '../contract/api.ts'
import { AppError, isAbort, toAppError } from '../contract/errors/AppError.ts'
import type { Services } from '../services/createServices.ts'

/** The handlers of the whole API, for oRPC's handlers of every transport. Exhaustive: a missing or extra route does not compile. */
export type ApiRouter = ReturnType<typeof createRouter>

/**
 * One handler map for every host. What a service throws crosses as the contract's error `APP` with code and parameters;
 * what nobody expected becomes `INTERNAL` and is logged with its cause. A cancellation passes as it is: it is no error.
 */
export function createRouter(services: Services) {
  const { chats, images, samples, models, settings, events, dialogs, info } = services
  const os = implement(api).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (error) {
      throw toWire(error, services, path)
    }
  })
  /** A stream fails while it is read, after the handler returned. */
  async function* stream<T>(path: string, source: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
    try {
      yield* source
    } catch (error) {
      throw toWire(error, services, [path])
    }
  }
  return os.router({
    app: {
      info: os.app.info.handler(() => info),
      settings: os.app.settings.handler(() => settings.get()),
      changeSettings: os.app.changeSettings.handler(({ input }) => settings.change(withoutUndefined(input))),
      events: os.app.events.handler(({ signal }) => stream('app.events', events.subscribe(signal))),
      pickModelFile: os.app.pickModelFile.handler(async ({ input, signal }) => {
        if (dialogs === null) throw new AppError('UNSUPPORTED_HERE', { what: 'A file dialog' })
        return { path: await dialogs.pickModelFile(input.kind, signal) }
      }),
    },
    model: {
      watch: os.model.watch.handler(({ signal }) => stream('model.watch', models.watch(signal))),
      use: os.model.use.handler(async ({ input, signal }) => await models.use(input.files, signal)),
      retry: os.model.retry.handler(async ({ signal }) => await models.retry(signal)),
      unload: os.model.unload.handler(async () => await models.unload()),
    },
    images: {
      add: os.images.add.handler(async ({ input }) => await images.add(new Uint8Array(await input.file.arrayBuffer()), input.name)),
      samples: os.images.samples.handler(async () => await samples.list()),
      addSample: os.images.addSample.handler(async ({ input }) => await samples.add(input.name)),
    },
    chats: {
      list: os.chats.list.handler(() => chats.list()),
      create: os.chats.create.handler(() => chats.create()),
      open: os.chats.open.handler(({ input }) => chats.open(input.chatId)),
      rename: os.chats.rename.handler(({ input }) => chats.rename(input.chatId, input.title)),
      remove: os.chats.remove.handler(async ({ input }) => {
        await chats.remove(input.chatId)
        return {}
      }),
      restore: os.chats.restore.handler(({ input }) => chats.restore(input.chatId)),
      ask: os.chats.ask.handler(({ input }) => chats.ask(input)),
      follow: os.chats.follow.handler(({ input, signal }) => stream('chats.follow', chats.follow(input.messageId, signal))),
      stop: os.chats.stop.handler(async ({ input, signal }) => await chats.stop(input.messageId, signal)),
      retry: os.chats.retry.handler(({ input }) => chats.retry(input.messageId, input.options)),
    },
  })
}

/** What crosses the boundary in place of something thrown. */
function toWire(thrown: unknown, { logger }: Services, path: readonly string[]): unknown {
  if (isAbort(thrown)) return thrown
  const error = thrown instanceof ORPCError ? badInput(thrown as ORPCError<string, unknown>) : toAppError(thrown)
  if (error === null) {
    // An answer of ours that does not fit the contract, most of all: a mistake nobody else would hear of.
    logger.error(`Route ${path.join('.')} failed`, { error: thrown })
    return thrown
  }
  if (error.code === 'INTERNAL') logger.error(`Route ${path.join('.')} failed`, { error })
  return new ORPCError('APP', { defined: true, message: error.code, data: { code: error.code, params: { ...error.params } } })
}

/** oRPC's complaint about an input that does not fit the contract; null for any other error of oRPC, which stays as it is. */
function badInput(error: ORPCError<string, unknown>): AppError | null {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return null
  const [issue] = error.cause.issues
  const where = issue?.path?.map((key) => String(typeof key === 'object' ? key.key : key)).join('.') ?? ''
  return new AppError('BAD_INPUT', { detail: `${where}: ${issue?.message ?? error.message}` }, { cause: error })
}

/** zod gives `undefined` for what is absent; the settings must not take it for a value. */
function withoutUndefined<T extends object>(input: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
