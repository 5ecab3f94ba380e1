import type { AnswerStats } from '../../contract/domains/chat.ts'
import { dataPaths } from '../../platform/paths.ts'
import { newId } from '../ids.ts'
import { Store } from '../Store.ts'

/** Writes a chat "Long chat" of so many answers, as a model gives them, into a data folder: `longChatProcess.ts FOLDER ANSWERS`. */
const store = new Store(dataPaths(process.argv[2] ?? ''))
const answers = Number(process.argv[3])

const stats: AnswerStats = {
  promptTokens: 1200, imageTokens: 576, generatedTokens: 180, reused: { promptTokens: 1150, images: 1 }, evaluatedTokens: 50,
  milliseconds: { queue: 0, image: 0, prompt: 300, firstToken: 310, generation: 6000, total: 6310 }, tokensPerSecond: 30,
}

/** About a hundred and eighty tokens, with what answers are made of: paragraphs, lists, tables, code. */
function answer(number: number): string {
  const rows = [1, 2, 3].map((row) => `| item ${row} of page ${number} | ${row * number} | $${(row * number * 1.1).toFixed(2)} |`)
  const parts = [
    `The page shows **receipt ${number}** from a small shop. The total stands at the bottom, in bold, and the date at the top right, just under the name of the vendor.`,
    number % 3 === 0 ? ['| what | how many | price |', '| --- | --- | --- |', ...rows].join('\n') : ['- the vendor', '- the date', `- ${number} more lines of small print`].join('\n'),
    number % 5 === 0 ? `\`\`\`json\n{ "vendor": "Shop ${number}", "total": ${number}.97 }\n\`\`\`` : `Nothing else on the page looks like a number that matters; line ${number} is cut off by the edge of the picture.`,
  ]
  return parts.join('\n\n')
}

store.transaction(() => {
  const chatId = newId()
  store.chats.create(chatId, Date.now())
  store.chats.rename(chatId, 'Long chat')
  for (let number = 1; number <= answers; number++) {
    const id = newId(), common = { chatId, images: [], options: {}, createdAt: Date.now() }
    store.messages.add({ ...common, id: newId(), role: 'user', text: `What does page ${number} say?`, writer: null })
    store.messages.add({ ...common, id, role: 'assistant', text: '', writer: store.lock.token })
    store.messages.end(id, { text: answer(number), status: 'done', stop: 'end', error: null, stats, model: 'llava-1.5-7b' })
  }
})
store.dispose()
