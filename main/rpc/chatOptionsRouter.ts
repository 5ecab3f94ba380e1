import type { Services } from '../services/createServices.ts'
import type { ApiImplementer } from './implementApi.ts'

/** The handlers of `chatOptions` in `contract/api.ts`; see `createRouter`. */
export function chatOptionsRouter(api: ApiImplementer, { chatOptions }: Services) {
  const os = api.os.chatOptions
  return {
    get: os.get.handler(({ input }) => chatOptions.get(input.chatId)),
    save: os.save.handler(({ input }) => {
      chatOptions.save(input.chatId, input.options)
      return {}
    }),
  }
}
