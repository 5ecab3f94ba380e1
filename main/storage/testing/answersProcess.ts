import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { dataPaths } from '../../platform/paths.ts'
import { newId } from '../ids.ts'
import { Store } from '../Store.ts'

/**
 * Writes chats with given answers into a data folder: `answersProcess.ts FOLDER FILE`, where FILE is JSON, `{ title, answers }[]`.
 * With `growing`, pieces of one more answer, it stays and adds a piece for every line it reads, as a model that writes would; it says
 * "writing" first, and the answer is done with one more line, or when there are no more.
 */
interface GivenChat {
  readonly title: string
  readonly answers: readonly string[]
  readonly growing?: readonly string[]
}

const store = new Store(dataPaths(process.argv[2] ?? ''))
const given = JSON.parse(readFileSync(process.argv[3] ?? '', 'utf8')) as readonly GivenChat[]
const ending = { status: 'done', stop: 'end', error: null, stats: null, model: 'written by a test' } as const

function addAnswer(chatId: string): string {
  const id = newId(), common = { chatId, images: [], options: {}, createdAt: Date.now() }
  store.messages.add({ ...common, id: newId(), role: 'user', text: 'What does it say?', writer: null })
  store.messages.add({ ...common, id, role: 'assistant', text: '', writer: store.lock.token })
  return id
}

function addChat({ title, answers }: GivenChat): string {
  const chatId = newId()
  store.transaction(() => {
    store.chats.create(chatId, Date.now())
    store.chats.rename(chatId, title)
    for (const text of answers) store.messages.end(addAnswer(chatId), { text, ...ending })
  })
  return chatId
}

async function grow(chatId: string, pieces: readonly string[]): Promise<void> {
  const id = addAnswer(chatId)
  const left = [...pieces]
  let text = ''
  process.stdout.write('writing\n')
  const lines = createInterface(process.stdin)[Symbol.asyncIterator]()
  while (left.length > 0 && (await lines.next()).done !== true) {
    text += left.shift() ?? ''
    store.messages.saveText(id, text)
  }
  await lines.next()
  store.messages.end(id, { text, ...ending })
}

for (const chat of given) {
  const chatId = addChat(chat)
  if (chat.growing !== undefined) await grow(chatId, chat.growing)
}
store.dispose()
