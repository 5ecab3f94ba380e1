import type { Services } from '../services/createServices.ts'
import type { ApiImplementer } from './implementApi.ts'
import { withoutUndefined } from './withoutUndefined.ts'

/** The handlers of `contract/models.ts`; see `createRouter`. */
export function modelsRouter(api: ApiImplementer, { models, library }: Services) {
  const { stream } = api
  const os = api.os.models
  const { list, desk, plans, downloads, catalogue, token, repository } = library
  return {
    catalogue: os.catalogue.handler(() => [...catalogue.models]),
    installed: os.installed.handler(async () => await list.list()),
    import: os.import.handler(async ({ input, signal }) => await list.import(input.paths, signal)),
    change: os.change.handler(async ({ input: { id, ...change } }) => await desk.change(id, withoutUndefined(change))),
    remove: os.remove.handler(async ({ input }) => {
      await desk.remove(input.id, input.deleteFiles)
      return {}
    }),
    use: os.use.handler(async ({ input, signal }) => {
      await desk.use(input.id, signal)
      return {}
    }),
    inspect: os.inspect.handler(async ({ input }) => await desk.inspect(input.files)),
    plan: os.plan.handler(async ({ input, signal }) => await plans.plan(input.files, withoutUndefined(input.choices), signal)),
    memory: os.memory.handler(async ({ signal }) => await plans.memory(signal)),
    tryInFull: os.tryInFull.handler(async ({ signal }) => {
      await models.tryInFull(signal)
      return {}
    }),
    repair: os.repair.handler(async ({ input }) => ({ path: await desk.repair(input.projector) })),
    fetchProjector: os.fetchProjector.handler(({ input }) => ({ id: desk.fetchProjector(input.id) })),
    repository: os.repository.handler(async ({ input, signal }) => await repository(input.repository, input.revision, signal)),
    downloads: {
      watch: os.downloads.watch.handler(({ signal }) => stream('models.downloads.watch', downloads.watch(signal))),
      start: os.downloads.start.handler(({ input }) => ({ id: downloads.start(input) })),
      pause: os.downloads.pause.handler(({ input }) => {
        downloads.pause(input.id)
        return {}
      }),
      resume: os.downloads.resume.handler(({ input }) => {
        downloads.resume(input.id)
        return {}
      }),
      cancel: os.downloads.cancel.handler(async ({ input }) => {
        await downloads.cancel(input.id)
        return {}
      }),
    },
    hubToken: {
      isSet: os.hubToken.isSet.handler(() => ({ set: token.isSet })),
      change: os.hubToken.change.handler(async ({ input }) => {
        await token.change(input.token)
        return { set: token.isSet }
      }),
    },
  }
}
