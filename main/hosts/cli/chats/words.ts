import type { Language } from '../../../contract/language.ts'

/** Words of the `chats` commands. */
interface Words {
  readonly none: string
  readonly untitled: string
  readonly messages: (count: number) => string
  readonly pictures: (count: number) => string
  readonly written: (path: string, chats: number) => string
  readonly imported: (chats: number, skipped: number) => string
  readonly wouldImport: (chats: number, skipped: number) => string
  readonly here: string
  readonly missing: (name: string) => string
  readonly ambiguous: (name: string) => string
  readonly nameSome: string
}

const english: Words = {
  none: 'No chats.',
  untitled: '(untitled)',
  messages: (count) => `${count} ${count === 1 ? 'message' : 'messages'}`,
  pictures: (count) => `${count} ${count === 1 ? 'picture' : 'pictures'}`,
  written: (path, chats) => `${chats} ${chats === 1 ? 'chat' : 'chats'} written to ${path}`,
  imported: (chats, skipped) => `${chats} ${chats === 1 ? 'chat' : 'chats'} imported${skipped === 0 ? '' : `, ${skipped} already here`}.`,
  wouldImport: (chats, skipped) => `${chats} ${chats === 1 ? 'chat' : 'chats'} would be imported${skipped === 0 ? '' : `, ${skipped} already here`}.`,
  here: 'already here',
  missing: (name) => `There is no chat "${name}". See "llava-desk chats list".`,
  ambiguous: (name) => `Several chats are called "${name}". Give the id that "llava-desk chats list" shows.`,
  nameSome: 'Name the chats to export, or give --all.',
}

const simplifiedChinese: Words = {
  none: '没有对话。',
  untitled: '（无标题）',
  messages: (count) => `${count} 条消息`,
  pictures: (count) => `${count} 张图片`,
  written: (path, chats) => `已将 ${chats} 个对话写入 ${path}`,
  imported: (chats, skipped) => `已导入 ${chats} 个对话${skipped === 0 ? '' : `，${skipped} 个已存在`}。`,
  wouldImport: (chats, skipped) => `将导入 ${chats} 个对话${skipped === 0 ? '' : `，${skipped} 个已存在`}。`,
  here: '已存在',
  missing: (name) => `没有对话“${name}”。请查看 "llava-desk chats list"。`,
  ambiguous: (name) => `有多个对话名为“${name}”。请使用 "llava-desk chats list" 显示的 id。`,
  nameSome: '请指定要导出的对话，或使用 --all。',
}

export const wordsOf = (language: Language): Words => (language === 'zh-CN' ? simplifiedChinese : english)
