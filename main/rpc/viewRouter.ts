import type { Services } from '../services/createServices.ts'
import type { ApiImplementer } from './implementApi.ts'

/** The handlers of `contract/view.ts`; see `createRouter`. */
export function viewRouter({ os }: ApiImplementer, { cropper, views }: Services) {
  const { crop, seen, print } = os.images
  return {
    crop: crop.handler(async ({ input }) => await cropper.crop(input.id, input.region)),
    seen: seen.handler(async ({ input, signal }) => await views.seen(input.id, signal)),
    print: print.handler(async ({ input }) => await views.print(input.id)),
  }
}
