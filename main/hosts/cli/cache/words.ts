import type { Language } from '../../../contract/language.ts'

/** Words of the `cache` commands. */
interface Words {
  readonly off: string
  readonly used: (used: string, limit: string) => string
  readonly pictures: string
  readonly chats: string
  readonly free: (free: string) => string
  readonly cleared: (freed: string) => string
}

const english: Words = {
  off: 'Off: nothing is kept.',
  used: (used, limit) => `${used} of ${limit}`,
  pictures: 'pictures',
  chats: 'chats',
  free: (free) => `${free} free on this disk`,
  cleared: (freed) => `${freed} freed.`,
}

const simplifiedChinese: Words = {
  off: '已关闭：不保留任何内容。',
  used: (used, limit) => `已用 ${used}，上限 ${limit}`,
  pictures: '图片',
  chats: '对话',
  free: (free) => `此磁盘可用 ${free}`,
  cleared: (freed) => `已释放 ${freed}。`,
}

export const wordsOf = (language: Language): Words => (language === 'zh-CN' ? simplifiedChinese : english)
