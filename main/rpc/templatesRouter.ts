import type { Services } from '../services/createServices.ts'
import { assertUsable } from '../services/templates/templateErrors.ts'
import type { ApiImplementer } from './implementApi.ts'
import { neverAborted } from '../platform/neverAborted.ts'

/** The handlers of `templatesApi` in `contract/extraction.ts`; see `createRouter`. */
export function templatesRouter(api: ApiImplementer, { templates, templateTrial }: Services) {
  const { stream } = api
  const os = api.os.templates
  return {
    list: os.list.handler(() => templates.list()),
    get: os.get.handler(({ input }) => templates.get(input.id, input.version)),
    versions: os.versions.handler(({ input }) => templates.versions(input.id)),
    save: os.save.handler(({ input }) => templates.save(input.template, input.id)),
    remove: os.remove.handler(({ input }) => {
      templates.remove(input.id)
      return {}
    }),
    restore: os.restore.handler(({ input }) => templates.restore(input.id)),
    read: os.read.handler(({ input }) => templates.read(input.text, input.name)),
    write: os.write.handler(({ input }) => templates.write(input.template, input.format)),
    preview: os.preview.handler(({ input }) => {
      assertUsable(input.template)
      return templateTrial.preview(input.template)
    }),
    page: os.page.handler(async ({ input, signal }) => await templateTrial.page({ bytes: new Uint8Array(await input.file.arrayBuffer()), name: input.name }, input.page, signal ?? neverAborted())),
    try: os.try.handler(({ input, signal }) => {
      assertUsable(input.template)
      return stream('templates.try', templateTrial.try(input, signal ?? neverAborted()))
    }),
  }
}
