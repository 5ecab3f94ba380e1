import type { Language } from '../../../contract/language.ts'

/** Words of the `extract` command. What is wrong with files has its sentences in the contract. */
interface Words {
  readonly progress: (past: number, total: number) => string
  readonly part: (percent: number) => string
  readonly failed: (count: number) => string
  readonly left: (time: string) => string
  readonly page: (page: number) => string
  readonly written: (path: string, records: number) => string
}

const english: Words = {
  progress: (past, total) => `Read ${past} of ${total}`,
  part: (percent) => `Read ${percent} %`,
  failed: (count) => `${count} failed`,
  left: (time) => `${time} left`,
  page: (page) => `page ${page}`,
  written: (path, records) => `${path}: ${records} ${records === 1 ? 'record' : 'records'}.`,
}

const simplifiedChinese: Words = {
  progress: (past, total) => `已读取 ${past} / ${total}`,
  part: (percent) => `已读取 ${percent} %`,
  failed: (count) => `${count} 个失败`,
  left: (time) => `剩余 ${time}`,
  page: (page) => `第 ${page} 页`,
  written: (path, records) => `${path}：${records} 条记录。`,
}

export const wordsOf = (language: Language): Words => (language === 'zh-CN' ? simplifiedChinese : english)
