import { neverAborted } from '../platform/neverAborted.ts'
import type { Services } from '../services/createServices.ts'
import type { ApiImplementer } from './implementApi.ts'

/** The handlers of `pagesApi` in `contract/pages.ts`; see `createRouter`. */
export function pagesRouter({ os: { pages: os }, stream }: ApiImplementer, { pageChoices }: Pick<Services, 'pageChoices'>) {
  return {
    open: os.open.handler(async ({ input, signal }) => stream('pages.open', pageChoices.open({ bytes: new Uint8Array(await input.file.arrayBuffer()), name: input.name }, signal ?? neverAborted()))),
    preview: os.preview.handler(async ({ input, signal }) => ({ preview: await pageChoices.preview(input.id, input.page, signal ?? neverAborted()) })),
    add: os.add.handler(async ({ input, signal }) => await pageChoices.add(input.id, input.page, input.name, signal ?? neverAborted())),
  }
}
