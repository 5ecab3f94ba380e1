import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { appEvent, appInfo, settings, settingsPatch } from './domains/app.ts'
import { cacheLimitInput, cacheUsage } from './domains/cache.ts'
import { answerEvent, chatOptions, chatOrder, chatSummary, generationOptions, id, message, question } from './domains/chat.ts'
import { addedImage, sampleImage } from './domains/image.ts'
import { engineStatus, modelFiles } from './domains/model.ts'
import { searchInput, searchResult } from './domains/search.ts'
import { serverState, serverToken } from './domains/server.ts'
import { runsApi, templatesApi } from './extraction.ts'
import { modelsApi } from './models.ts'
import { pagesApi } from './pages.ts'
import { viewApi } from './view.ts'
import { privacyApi } from './privacy.ts'
import { transferApi } from './transfer.ts'

const chatId = z.object({ chatId: id })
const messageId = z.object({ messageId: id })
const nothing = z.object({})
const openedChat = z.object({ chat: chatSummary, messages: z.array(message) })

/** Every failure is an `AppError` carried as data under this one oRPC code; `data` holds code and parameters. */
const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })

/**
 * The whole API between a page and the services, whichever host carries it.
 * Streams end when their subject ends or the caller aborts; a call's abort signal cancels its work.
 */
export const api = {
  app: {
    info: route.output(appInfo),
    settings: route.output(settings),
    /** Changes some settings; the rest stays. Returns all. */
    changeSettings: route.input(settingsPatch).output(settings),
    /** Facts as they happen, until the caller aborts. */
    events: route.output(eventIterator(appEvent)),
    /** Native dialog for a model or projector file; null where the person cancelled. Only where `info.can.pickFiles`. */
    pickModelFile: route.input(z.object({ kind: z.enum(['model', 'projector']) })).output(z.object({ path: z.string().nullable() })),
  },
  model: {
    /** The status now, then every change, until the caller aborts. */
    watch: route.output(eventIterator(engineStatus)),
    /** Loads these files and remembers them; null goes back to the demo model. Ends when ready or failed. */
    use: route.input(z.object({ files: modelFiles.nullable() })).output(engineStatus),
    /** Loads what is configured once more, also after repeated failures. */
    retry: route.output(engineStatus),
    unload: route.output(engineStatus),
  },
  models: modelsApi,
  templates: templatesApi,
  runs: runsApi,
  pages: pagesApi,
  transfer: transferApi,
  privacy: privacyApi,
  images: {
    /** Checks, stores and describes a picture. The same bytes are stored once. */
    add: route.input(z.object({ file: z.instanceof(Blob), name: z.string().max(1024) })).output(addedImage),
    /** The sample pictures, by name; none where the app came without them. */
    samples: route.output(z.array(sampleImage)),
    /** Stores a sample picture as `add` does. `IMAGE_MISSING` for a name that `samples` does not give. */
    addSample: route.input(z.object({ name: z.string().max(1024) })).output(addedImage),
    ...viewApi,
  },
  /** The server for other programs; `settings.server` turns it on. */
  server: {
    /** The state now, then every change, until the caller aborts. */
    watch: route.output(eventIterator(serverState)),
    /** Listens once more where that failed. */
    retry: route.output(nothing),
    /** The secret that programs send; made at the first call. */
    token: route.output(serverToken),
    /** Another one in its place; the one before lets nobody in any more. */
    renewToken: route.output(serverToken),
  },
  /** What the engine keeps on disk, so that nothing is computed twice. */
  cache: {
    /** Cheap; a page asks again and again while it shows the figures. */
    usage: route.output(cacheUsage),
    /** Sets the limit and deletes at once what does not fit into it, what was used longest ago first. */
    setLimit: route.input(cacheLimitInput).output(cacheUsage),
    /** Deletes everything kept. No chat and no picture is lost. */
    clear: route.output(cacheUsage),
  },
  chats: {
    list: route.output(z.array(chatSummary)),
    create: route.output(chatSummary),
    /** The chat and the messages of the path that is shown, oldest first. */
    open: route.input(chatId).output(openedChat),
    rename: route.input(chatId.extend({ title: z.string().trim().min(1).max(200) })).output(chatSummary),
    /** Pins a chat, archives it, labels it. Its place among the others by time stays. */
    organise: route.input(chatId.extend(chatOrder.shape)).output(chatSummary),
    /** Looks through titles, messages and names of pictures of all chats but removed ones. */
    search: route.input(searchInput).output(searchResult),
    /** Hides the chat; `restore` brings it back. It is deleted for good at the next start. */
    remove: route.input(chatId).output(nothing),
    restore: route.input(chatId).output(chatSummary),
    /** Stores question and empty answer, starts generating, returns both at once; `follow` streams the text. */
    ask: route.input(question).output(z.object({ question: message, answer: message })),
    /** The answer as it is written, from a snapshot on; ends with `end`. An ended answer yields only `end`. */
    follow: route.input(messageId).output(eventIterator(answerEvent)),
    /** Stops the answer; its text so far stays. */
    stop: route.input(messageId).output(message),
    /**
     * Answers a question again, given it or one of its answers. An answer without a word is written anew in its place where nothing
     * follows it; any other stays, broken off or not, and the new one stands beside it.
     */
    retry: route.input(messageId.extend({ options: generationOptions.optional() })).output(z.object({ answer: message })),
    /** Goes on with an answer that ended before its end: the model gets its text so far, what it adds is appended. */
    continue: route.input(messageId.extend({ options: generationOptions.optional() })).output(z.object({ answer: message })),
    /** Shows the path through a message, here and in every other window, from now on. `CHAT_BUSY` while an answer is being written. */
    choose: route.input(messageId).output(openedChat),
    /** Hides a message with all that follows it; `restoreMessage` brings it back. It is deleted for good at the next start. */
    removeMessage: route.input(messageId).output(openedChat),
    restoreMessage: route.input(messageId).output(openedChat),
  },
  /** What a chat keeps for its next questions: parameters, system prompt, answer format. `CHAT_MISSING`. */
  chatOptions: {
    get: route.input(chatId).output(chatOptions),
    save: route.input(chatId.extend({ options: chatOptions })).output(nothing),
  },
}
export type Api = typeof api
