import { dataPaths } from '../../platform/paths.ts'
import { newId } from '../ids.ts'
import { Store } from '../Store.ts'

/** Writes so many chats, "Chat 1" the oldest, a day's worth of ten, into a data folder: `manyChatsProcess.ts FOLDER CHATS`. */
const store = new Store(dataPaths(process.argv[2] ?? ''))
const chats = Number(process.argv[3])
const day = 24 * 60 * 60 * 1000

store.transaction(() => {
  for (let number = 1; number <= chats; number++) {
    const chatId = newId(), createdAt = Date.now() - Math.round(((chats - number) * day) / 10)
    store.chats.create(chatId, createdAt)
    store.chats.rename(chatId, `Chat ${number}`)
    const common = { chatId, images: [], options: {}, writer: null, createdAt }
    store.messages.add({ ...common, id: newId(), role: 'user', text: `Which number has page ${number}?` })
    store.messages.add({ ...common, id: newId(), role: 'assistant', text: `It has the number ${number}，发票总额为${number}元。` })
  }
})
store.dispose()
