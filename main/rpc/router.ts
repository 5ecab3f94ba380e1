import { AppError } from '../contract/errors/AppError.ts'
import type { Services } from '../services/createServices.ts'
import { chatOptionsRouter } from './chatOptionsRouter.ts'
import { implementApi } from './implementApi.ts'
import { modelsRouter } from './modelsRouter.ts'
import { pagesRouter } from './pagesRouter.ts'
import { privacyRouter } from './privacyRouter.ts'
import { runsRouter } from './runsRouter.ts'
import { serverRouter } from './serverRouter.ts'
import { templatesRouter } from './templatesRouter.ts'
import { transferRouter } from './transferRouter.ts'
import { viewRouter } from './viewRouter.ts'
import { withoutUndefined } from './withoutUndefined.ts'

/** The handlers of the whole API, for oRPC's handlers of every transport. Exhaustive: a missing or extra route does not compile. */
export type ApiRouter = ReturnType<typeof createRouter>

/** One handler map for every host. */
export function createRouter(services: Services) {
  const { chats, search, images, samples, models, cache, settings, events, dialogs, info } = services
  const api = implementApi(services)
  const { os, stream } = api
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
      ...viewRouter(api, services),
    },
    chatOptions: chatOptionsRouter(api, services),
    models: modelsRouter(api, services),
    templates: templatesRouter(api, services),
    pages: pagesRouter(api, services),
    runs: runsRouter({ os: api.os.runs, stream: api.stream }, services.runs),
    transfer: transferRouter(os.transfer, services.transfer),
    privacy: privacyRouter(os.privacy, services),
    server: serverRouter(api, services),
    cache: {
      usage: os.cache.usage.handler(async () => await cache.usage()),
      setLimit: os.cache.setLimit.handler(async ({ input }) => await cache.setLimit(input.limit)),
      clear: os.cache.clear.handler(async () => await cache.clear()),
    },
    chats: {
      list: os.chats.list.handler(() => chats.list()),
      create: os.chats.create.handler(() => chats.create()),
      open: os.chats.open.handler(({ input }) => chats.open(input.chatId)),
      rename: os.chats.rename.handler(({ input }) => chats.rename(input.chatId, input.title)),
      organise: os.chats.organise.handler(({ input: { chatId, ...order } }) => chats.organise(chatId, order)),
      search: os.chats.search.handler(async ({ input, signal }) => await search.search(input, signal)),
      remove: os.chats.remove.handler(async ({ input }) => {
        await chats.remove(input.chatId)
        return {}
      }),
      restore: os.chats.restore.handler(({ input }) => chats.restore(input.chatId)),
      ask: os.chats.ask.handler(({ input }) => chats.ask(input)),
      follow: os.chats.follow.handler(({ input, signal }) => stream('chats.follow', chats.follow(input.messageId, signal))),
      stop: os.chats.stop.handler(async ({ input, signal }) => await chats.stop(input.messageId, signal)),
      retry: os.chats.retry.handler(({ input }) => chats.retry(input.messageId, input.options)),
      continue: os.chats.continue.handler(({ input }) => chats.continue(input.messageId, input.options)),
      choose: os.chats.choose.handler(({ input }) => chats.branches.choose(input.messageId)),
      removeMessage: os.chats.removeMessage.handler(async ({ input }) => await chats.branches.remove(input.messageId)),
      restoreMessage: os.chats.restoreMessage.handler(({ input }) => chats.branches.restore(input.messageId)),
    },
  })
}
