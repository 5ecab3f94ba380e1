import type { AppEvent } from '../../contract/domains/app.ts'
import type { AnswerEvent, ChatOrder, ChatSummary, GenerationOptions, Message, MessageOptions, Question } from '../../contract/domains/chat.ts'
import type { ImageRef } from '../../contract/domains/image.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Logger } from '../../platform/log.ts'
import { newId } from '../../storage/ids.ts'
import type { Store } from '../../storage/Store.ts'
import type { ImageService } from '../images/ImageService.ts'
import { mergeOptions } from '../prompt/generation.ts'
import { AnswerWriter, begunWith } from './AnswerWriter.ts'
import { canGoOn, isToBeReplaced, placeAfter } from './branching.ts'
import { Branches } from './Branches.ts'
import type { OpenedChat } from './Branches.ts'
import { distinctLabels } from './distinctLabels.ts'
import { followElsewhere } from './followElsewhere.ts'
import { messageOptionsOf, retryOptions, saysHow } from './messageOptions.ts'
import { titleOf } from './titleOf.ts'
import { turnsBefore } from './turnsBefore.ts'
import type { AnswerRequest } from './writeAnswer.ts'

export interface ChatDependencies {
  readonly engine: Engine
  readonly store: Store
  readonly images: ImageService
  readonly logger: Logger
  /** Options of questions that bring none, as the settings have them now. */
  readonly defaults: () => GenerationOptions
  /** Conversation templates that were chosen for models; absent: every model has that of its family. */
  readonly templateOf?: AnswerRequest['templateOf']
  readonly emit: (event: AppEvent) => void
  readonly now: () => number
}

/** Chats and their answers. What the routes of `contract/api.ts` under `chats` promise is kept here. */
export class ChatService {
  /** Which path through a chat is shown, and what of it was removed. */
  readonly branches: Branches
  readonly #deps: ChatDependencies
  readonly #writer: AnswerWriter

  constructor(deps: ChatDependencies) {
    this.#deps = deps
    this.#writer = new AnswerWriter(deps.engine, deps.store, deps.logger, deps.now)
    this.branches = new Branches({ ...deps, live: (id) => this.#writer.live(id), open: (chatId) => this.open(chatId) })
  }

  list(): ChatSummary[] {
    this.#settle()
    return this.#deps.store.chats.list()
  }

  create(): ChatSummary {
    const id = newId()
    this.#deps.store.chats.create(id, this.#deps.now())
    this.#deps.emit({ type: 'chatsChanged' })
    return this.#chat(id)
  }

  /** Throws `CHAT_MISSING`. */
  open(chatId: string): OpenedChat {
    const unsaved = this.#settle()
    const messages = this.#deps.store.messages.ofChat(chatId).map((message) => ({ ...message, ...unsaved.get(message.id) }))
    return { chat: this.#chat(chatId), messages: messages.map((message) => this.#withLiveText(message)) }
  }

  /** Throws `CHAT_MISSING`. */
  rename(chatId: string, title: string): ChatSummary {
    if (!this.#deps.store.chats.rename(chatId, title)) throw new AppError('CHAT_MISSING')
    this.#deps.emit({ type: 'chatsChanged' })
    return this.#chat(chatId)
  }

  /** Throws `CHAT_MISSING`. */
  organise(chatId: string, order: ChatOrder): ChatSummary {
    const { store, emit } = this.#deps
    const once = order.tags === undefined ? {} : { tags: distinctLabels(order.tags) }
    if (!store.transaction(() => store.chats.organise(chatId, { ...order, ...once }))) throw new AppError('CHAT_MISSING')
    emit({ type: 'chatsChanged' })
    return this.#chat(chatId)
  }

  /** Stops what the chat is answering, then hides it. Rejects `CHAT_MISSING`. */
  async remove(chatId: string): Promise<void> {
    const { store, now, emit } = this.#deps
    this.#chat(chatId)
    for (const live of this.#writer.inChat(chatId)) {
      live.stopping.abort()
      await live.ended()
    }
    for (const id of store.messages.writingIn(chatId)) store.messages.requestStop(id)
    store.chats.remove(chatId, store.lock.token, now())
    emit({ type: 'chatsChanged' })
  }

  /** Throws `CHAT_MISSING` where it was deleted for good. */
  restore(chatId: string): ChatSummary {
    if (!this.#deps.store.chats.restore(chatId)) throw new AppError('CHAT_MISSING')
    this.#deps.emit({ type: 'chatsChanged' })
    return this.#chat(chatId)
  }

  /** Throws `CHAT_MISSING`, `CHAT_BUSY`, `MESSAGE_MISSING`, `QUESTION_EMPTY`, `IMAGE_GONE`, `DISK_FULL`; then nothing was stored. */
  ask(input: Question): { question: Message; answer: Message } {
    const { store, images, now } = this.#deps
    const text = input.text.trim()
    if (text === '') throw new AppError('QUESTION_EMPTY')
    this.#settleOrThrow()
    const [questionId, answerId] = [newId(), newId()]
    const stored = store.transaction(() => {
      this.#refuseBusy(this.#chat(input.chatId))
      const { parentId, options, known } = this.#placeOf(input)
      const shown = input.images.map((id) => ({ ...images.get(id), ...known.get(id) }))
      const common = { chatId: input.chatId, options, createdAt: now() }
      store.messages.add({ ...common, id: questionId, parentId, role: 'user', text, images: shown, writer: null })
      // The path may lead elsewhere since the page was drawn.
      store.messages.tree.choose(questionId)
      store.messages.add({ ...common, id: answerId, parentId: questionId, role: 'assistant', text: '', images: [], writer: store.lock.token })
      store.chats.suggestTitle(input.chatId, titleOf(text))
      store.chats.touch(input.chatId, now())
      return { question: this.#message(questionId), answer: this.#message(answerId), used: this.#usedOptions(input.chatId, options) }
    })
    const { question, answer, used } = stored
    this.#start(answer, used)
    return { question, answer }
  }

  /**
   * Answers a question again; see the route. A person asks for it, so a model that failed to load or an engine that was paused gets
   * another try as well. Throws `MESSAGE_MISSING`, `CHAT_BUSY`.
   */
  retry(messageId: string, given?: GenerationOptions): { answer: Message } {
    const { store } = this.#deps
    this.#settleOrThrow()
    const options = retryOptions(store.messages.optionsOf(messageId), given)
    const { answer, used } = store.transaction(() => {
      const message = this.#message(messageId)
      this.#refuseBusy(this.#chat(message.chatId))
      return { answer: this.#answerOnceMore(message, options), used: this.#usedOptions(message.chatId, options) }
    })
    this.#startAsked(answer, used, null)
    return { answer: { ...answer, text: '' } }
  }

  /** Goes on with an answer; see the route. Throws `MESSAGE_MISSING`, `CHAT_BUSY`, `BAD_INPUT`. */
  continue(messageId: string, given?: GenerationOptions): { answer: Message } {
    const { store } = this.#deps
    this.#settleOrThrow()
    const options = retryOptions(store.messages.optionsOf(messageId), given)
    const { answer, before, used } = store.transaction(() => {
      const ended = this.#message(messageId)
      this.#refuseBusy(this.#chat(ended.chatId))
      if (!canGoOn(ended) || !store.messages.tree.isLast(messageId)) {
        throw new AppError('BAD_INPUT', { detail: 'only an answer that ended early, and that nothing follows, can go on' })
      }
      store.messages.reopen(messageId, options, store.lock.token)
      // What was found out about its question is not asked again.
      if (ended.premise !== undefined) store.messages.savePremise(messageId, ended.premise)
      store.messages.tree.choose(messageId)
      return { answer: this.#message(messageId), before: ended, used: this.#usedOptions(ended.chatId, options) }
    })
    this.#startAsked(answer, used, before)
    return { answer: { ...answer, text: begunWith(before) } }
  }

  /** See `LiveAnswer.follow`. Rejects `MESSAGE_MISSING`. */
  async *follow(messageId: string, signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
    this.#settle()
    const live = this.#writer.live(messageId)
    if (live !== null) yield* live.follow(signal)
    else yield* followElsewhere(() => this.#current(messageId), signal)
  }

  /** Resolves with the message once it has ended. Rejects `MESSAGE_MISSING`. */
  async stop(messageId: string, signal?: AbortSignal): Promise<Message> {
    const live = this.#writer.live(messageId)
    if (live !== null) {
      live.stopping.abort()
      return await live.ended(signal)
    }
    this.#deps.store.messages.requestStop(messageId)
    for await (const event of followElsewhere(() => this.#current(messageId), signal)) if (event.type === 'end') return event.message
    throw new AppError('ABORTED')
  }

  /** Stops what is being written and waits until it is stored. */
  async dispose(): Promise<void> {
    await this.#writer.dispose()
  }

  /** An empty answer to a question, or beside another answer to it, or in its place. */
  #answerOnceMore(message: Message, options: MessageOptions): Message {
    const { store, now } = this.#deps
    const { id, chatId, role, parentId } = message
    if (isToBeReplaced(message) && store.messages.tree.isLast(id)) {
      store.messages.reopen(id, options, store.lock.token)
      store.messages.tree.choose(id)
      return this.#message(id)
    }
    const answerId = newId(), questionId = role === 'user' ? id : parentId
    if (questionId !== null) store.messages.tree.choose(questionId)
    store.messages.add({ id: answerId, chatId, parentId: questionId, role: 'assistant', text: '', images: [], options, writer: store.lock.token, createdAt: now() })
    return this.#message(answerId)
  }

  /** Where a question stands, its options, and its pictures under the names they have in the question it is a version of. */
  #placeOf(input: Question) {
    const { messages } = this.#deps.store
    if (input.edits === undefined) {
      const last = () => messages.tree.chosenPath(input.chatId).at(-1)?.id ?? null
      return { parentId: placeAfter(input, (id) => this.#message(id), last), options: messageOptionsOf(input), known: new Map<string, ImageRef>() }
    }
    const edited = this.#message(input.edits)
    if (edited.chatId !== input.chatId || edited.role !== 'user') throw new AppError('BAD_INPUT', { detail: 'only a question of this chat can be edited' })
    const known = new Map(edited.images.map((image) => [image.id, image]))
    return { parentId: edited.parentId, options: saysHow(input) ? messageOptionsOf(input) : messages.optionsOf(edited.id), known }
  }

  #startAsked(answer: Message, options: MessageOptions, goesOn: Message | null): void {
    const { engine } = this.#deps
    if (engine.status.state === 'failed') engine.retry()
    this.#start(answer, options, goesOn)
  }

  /** Nothing here may fail: the row says already that the answer is being written. */
  #start(answer: Message, options: MessageOptions, goesOn: Message | null = null): void {
    const { store, images, emit, templateOf = () => null } = this.#deps
    const changed = () => {
      emit({ type: 'chatChanged', chatId: answer.chatId })
      emit({ type: 'chatsChanged' })
    }
    changed()
    this.#writer.start(answer, options, {
      templateOf,
      goesOn,
      turns: (lastWords) => turnsBefore(store.messages.pathTo(answer.id), goesOn === null ? null : begunWith(goesOn), (id) => images.source(id), lastWords),
      onPremise: () => emit({ type: 'chatChanged', chatId: answer.chatId }),
      onEnd: changed,
    })
  }

  /** Brings the rows up to date: endings a full disk kept back, and answers of processes that died meanwhile. */
  #settle() {
    const unsaved = this.#writer.saveUnsaved()
    try {
      this.#deps.store.markInterrupted()
    } catch (error) {
      // A full disk: chats can be read all the same, and the next occasion tries again.
      this.#deps.logger.warn('Interrupted answers could not be marked', { error })
    }
    return unsaved
  }

  /** Before something new is written: an answer whose end cannot be stored would keep its chat busy, for no reason a person sees. */
  #settleOrThrow(): void {
    for (const id of this.#settle().keys()) this.#writer.saveIfUnsaved(id)
  }

  /** With what the chat and the settings have now for that which these options leave open. */
  #usedOptions(chatId: string, options: MessageOptions): MessageOptions {
    const { store, defaults } = this.#deps
    return mergeOptions(defaults(), store.chats.optionsOf(chatId)?.generation ?? {}, options)
  }

  #refuseBusy(chat: ChatSummary): void {
    if (chat.busy) throw new AppError('CHAT_BUSY', { chat: chat.title })
  }

  #chat(id: string): ChatSummary {
    const chat = this.#deps.store.chats.find(id)
    if (chat === null) throw new AppError('CHAT_MISSING')
    return chat
  }

  #message(id: string): Message {
    const message = this.#deps.store.messages.find(id)
    if (message === null) throw new AppError('MESSAGE_MISSING')
    return message
  }

  #current(id: string): Message {
    return { ...this.#message(id), ...this.#settle().get(id) }
  }

  /** The row of an answer being written is up to half a second behind. */
  #withLiveText(message: Message): Message {
    const text = this.#writer.live(message.id)?.text
    return text === undefined || text === '' ? message : { ...message, text }
  }
}
