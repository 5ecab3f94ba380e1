import { createHash } from 'node:crypto'
import { dataPaths } from '../../platform/paths.ts'
import { newId } from '../ids.ts'
import { Store } from '../Store.ts'

/**
 * A process that writes answers as the app does, until it is killed: row first, text as it grows, then the end. One line
 * on stdout per fact, each printed only after the store said it is done: `ready`, `finished <id> <sha256 of the text>`,
 * `stolen <id>` where somebody else ended an answer of this living process.
 */
const store = new Store(dataPaths(process.argv[2] ?? ''))
store.tidyUp(Date.now())
process.stdout.write('ready\n')
const chatId = newId()
store.chats.create(chatId, Date.now())

function writeOne(): void {
  const id = newId()
  store.messages.add({ id, chatId, role: 'assistant', text: '', images: [], options: {}, writer: store.lock.token, createdAt: Date.now() })
  let text = ''
  for (let piece = 0; piece < 5; piece += 1) {
    text += `${id} ${piece} ${'.'.repeat(Math.floor(Math.random() * 3000))}`
    store.messages.saveText(id, text)
  }
  if (store.messages.find(id)?.status !== 'writing') process.stdout.write(`stolen ${id}\n`)
  store.messages.end(id, { text, status: 'done', stop: 'end', error: null, stats: null, model: null })
  process.stdout.write(`finished ${id} ${createHash('sha256').update(text).digest('hex')}\n`)
  setImmediate(writeOne)
}
writeOne()
