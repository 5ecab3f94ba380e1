import { AppError } from '../contract/errors/AppError.ts'
import type { Services } from '../services/createServices.ts'
import { assertUsable } from '../services/templates/templateErrors.ts'
import type { TemplateTrial } from '../services/templates/TemplateTrial.ts'
import type { ApiImplementer } from './implementApi.ts'

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
      return trialOf(templateTrial).preview(input.template)
    }),
    try: os.try.handler(({ input, signal }) => {
      assertUsable(input.template)
      return stream('templates.try', trialOf(templateTrial).try(input, signal ?? new AbortController().signal))
    }),
  }
}

function trialOf(trial: TemplateTrial | null): TemplateTrial {
  if (trial === null) throw new AppError('UNSUPPORTED_HERE', { what: 'Trying a template' })
  return trial
}
