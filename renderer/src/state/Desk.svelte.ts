import type { Run } from '../../../main/contract/domains/extraction.ts'
import type { InstalledModel } from '../../../main/contract/domains/library.ts'
import type { StoredTemplate } from '../../../main/contract/domains/template.ts'
import { isAbort } from '../../../main/contract/errors/AppError.ts'
import { languageOf } from '../../../main/contract/language.ts'
import { Words } from '../i18n/Words.svelte.ts'
import { Connection } from '../transport/Connection.svelte.ts'
import type { Dial } from '../transport/channel.ts'
import { readError } from '../transport/errors.ts'
import { unreachable } from '../unreachable.ts'
import { Chats } from './Chats.svelte.ts'
import { Conversations } from './Conversations.svelte.ts'
import { Engine } from './Engine.svelte.ts'
import { EngineCache } from './EngineCache.svelte.ts'
import { windowStorage } from './keptDrafts.ts'
import { LocalServer } from './LocalServer.svelte.ts'
import { Models } from './Models.svelte.ts'
import { Navigation, type ModelsTab } from './Navigation.svelte.ts'
import { Pictures } from './Pictures.svelte.ts'
import { Privacy } from './Privacy.svelte.ts'
import { Preferences } from './Preferences.svelte.ts'
import { Runs } from './Runs.svelte.ts'
import { Samples } from './Samples.svelte.ts'
import { Search } from './Search.svelte.ts'
import { Templates } from './Templates.svelte.ts'
import { Toasts } from './Toasts.svelte.ts'
import { Transfer } from './Transfer.svelte.ts'

/** Everything the page knows, put together in one place. */
export class Desk {
  readonly connection: Connection
  readonly words = new Words(languageOf(navigator.language))
  readonly toasts = new Toasts()
  readonly preferences: Preferences
  readonly engine: Engine
  readonly models: Models
  readonly templates: Templates
  readonly runs: Runs
  readonly cache: EngineCache
  readonly transfer: Transfer
  readonly privacy: Privacy
  readonly localServer: LocalServer
  readonly navigation = new Navigation()
  readonly samples: Samples
  readonly pictures: Pictures
  readonly chats: Chats
  readonly search: Search
  readonly conversations: Conversations
  /** The settings and the engine's status are known, so the screen tells the truth. */
  readonly ready = $derived.by(() => this.preferences.settings !== null && this.engine.status !== null)

  /** The path of a dropped file; null where the host cannot tell. */
  readonly pathOf: ((file: File) => string) | null

  constructor(dial: Dial, pathOf: ((file: File) => string) | null) {
    this.pathOf = pathOf
    this.connection = new Connection(dial)
    const { client } = this.connection
    this.preferences = new Preferences(client, this.words, this.report)
    this.engine = new Engine(client, this.report)
    this.models = new Models(client, this.report)
    this.templates = new Templates(client, this.report, windowStorage(sessionStorage, localStorage), () => this.words.language)
    this.runs = new Runs(client, this.report)
    this.cache = new EngineCache(client)
    this.transfer = new Transfer(client, this.report)
    this.privacy = new Privacy(client)
    this.localServer = new LocalServer(client, this.report)
    this.samples = new Samples(client, this.report)
    this.pictures = new Pictures(client, this.engine)
    this.chats = new Chats(client, this.report)
    this.search = new Search(client)
    this.conversations = new Conversations({
      client,
      report: this.report,
      createChat: async () => this.conversations.created(await this.chats.create()),
    })
    this.connection.eachTime((signal) => this.#resume(signal))
  }

  start(): void {
    void this.connection.run(new AbortController().signal)
  }

  /** Sets `data-ready` on the page as soon as it tells the truth; tests wait for it. */
  markReady(page: HTMLElement): void {
    $effect.root(() => {
      $effect(() => {
        if (this.ready) page.dataset['ready'] = 'true'
      })
    })
  }

  /** Hides a chat and offers to bring it back. */
  async removeChat(chatId: string): Promise<void> {
    const title = this.chats.find(chatId)?.title ?? ''
    const shown = this.conversations.current.chatId === chatId
    if (!(await this.chats.remove(chatId))) return
    this.conversations.forget(chatId)
    this.toasts.show({
      kind: 'info',
      text: this.words.t('sidebar.removed', { title: title === '' ? this.words.t('sidebar.untitled') : title }),
      action: { label: this.words.t('action.undo'), undo: true, run: () => void this.#restoreChat(chatId, shown) },
    })
  }

  /** Takes a chat out of the list, or back into it; what vanishes can be brought back. */
  async archiveChat(chatId: string, archived: boolean): Promise<void> {
    const title = this.chats.find(chatId)?.title ?? ''
    if (!(await this.chats.organise(chatId, { archived })) || !archived) return
    this.toasts.show({
      kind: 'info',
      text: this.words.t('order.archived', { title: title === '' ? this.words.t('sidebar.untitled') : title }),
      action: { label: this.words.t('action.undo'), undo: true, run: () => void this.chats.organise(chatId, { archived: false }) },
    })
  }

  /** Shows the Models page: the half asked for, else what a person with the demo model alone needs first. */
  showModels(tab?: ModelsTab): void {
    const { library } = this.models
    this.navigation.openModels(tab ?? (library.loaded && library.list.length === 0 ? 'get' : 'installed'))
  }

  /** Takes a model off the list; its files stay, and there is a way back. */
  async removeModel(model: InstalledModel): Promise<void> {
    if (!(await this.models.library.remove(model.id, false))) return
    this.toasts.show({
      kind: 'info',
      text: this.words.t('models.removed', { name: model.name }),
      action: { label: this.words.t('action.undo'), undo: true, run: () => void this.models.library.restore(model) },
    })
  }

  /** Shows the lists of the Extract page: the one asked for, else the one that a person needs first. */
  showExtract(view?: 'templates' | 'runs'): void {
    this.navigation.openExtract({ view: view ?? (this.runs.list.length > 0 ? 'runs' : 'templates') })
  }

  /** Hides a template and offers to bring it back. */
  async removeTemplate({ id, template }: StoredTemplate): Promise<void> {
    if (!(await this.templates.remove(id))) return
    this.toasts.show({
      kind: 'info',
      text: this.words.t('templates.removed', { title: template.title }),
      action: { label: this.words.t('action.undo'), undo: true, run: () => void this.templates.restore(id) },
    })
  }

  /** Hides a run and offers to bring it back. */
  async removeRun({ id, name }: Run): Promise<void> {
    if (!(await this.runs.remove(id))) return
    this.toasts.show({
      kind: 'info',
      text: this.words.t('runs.removed', { name }),
      action: { label: this.words.t('action.undo'), undo: true, run: () => void this.runs.restore(id) },
    })
  }

  readonly report = (thrown: unknown): void => {
    if (isAbort(thrown)) return
    const error = readError(thrown)
    // The banner tells about the connection; a toast for each call that met it would only repeat that.
    if (error.code !== 'CONNECTION_LOST' && error.code !== 'ABORTED') this.toasts.error(this.words.error(error))
  }

  async #restoreChat(chatId: string, show: boolean): Promise<void> {
    await this.chats.restore(chatId)
    if (show) this.conversations.show(chatId)
  }

  async #refreshChats(): Promise<void> {
    await this.chats.refresh()
    this.conversations.listChanged(this.chats.list.map(({ id }) => id))
  }

  #resume(signal: AbortSignal): void {
    const tasks = [
      this.preferences.load(),
      this.chats.refresh(),
      this.#follow(signal, () => this.engine.watch(signal)),
      this.#follow(signal, () => this.models.downloads.watch(signal)),
      this.#follow(signal, () => this.runs.watch(signal)),
      this.#follow(signal, () => this.#watchEvents(signal)),
      this.models.library.refresh(),
      this.templates.refresh(),
    ]
    this.conversations.resume()
    for (const task of tasks) task.catch(this.report)
  }

  /** Keeps a stream going while the channel is open; it may end or fail on its own, e.g. when the services restart. */
  async #follow(signal: AbortSignal, watch: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await watch().catch(this.report)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }

  async #watchEvents(signal: AbortSignal): Promise<void> {
    for await (const event of await this.connection.client.app.events({}, { signal })) {
      switch (event.type) {
        case 'chatsChanged':
          this.#refreshChats().catch(this.report)
          break
        case 'chatChanged':
          this.chats.refresh().catch(this.report)
          this.conversations.changed(event.chatId)
          break
        case 'settingsChanged':
          this.preferences.refresh().catch(this.report)
          break
        case 'modelsChanged':
          void this.models.library.refresh()
          break
        case 'templatesChanged':
          void this.templates.refresh()
          break
        default:
          unreachable(event)
      }
    }
  }
}
