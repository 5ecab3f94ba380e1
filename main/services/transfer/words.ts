import type { Language } from '../../contract/language.ts'

/** Words in exports that are made to be read. */
export interface TransferWords {
  readonly untitled: string
  readonly question: string
  readonly answer: string
  /** An answer's heading, with the model that gave it. */
  readonly answerOf: (model: string) => string
  readonly made: (time: string) => string
  readonly stopped: string
  readonly failed: string
  readonly interrupted: string
  readonly cutOff: string
  readonly contents: string
  readonly chatsFile: (count: number) => string
}

const english: TransferWords = {
  untitled: 'Chat',
  question: 'Question',
  answer: 'Answer',
  answerOf: (model) => `Answer · ${model}`,
  made: (time) => `Exported from LLaVA Desk on ${time}. An answer of a model can be wrong.`,
  stopped: 'Stopped before its end.',
  failed: 'This answer failed.',
  interrupted: 'Interrupted before its end.',
  cutOff: 'Ended at the token limit.',
  contents: 'Chats',
  chatsFile: (count) => `LLaVA Desk, ${count} chats`,
}

const simplifiedChinese: TransferWords = {
  untitled: '对话',
  question: '问题',
  answer: '回答',
  answerOf: (model) => `回答 · ${model}`,
  made: (time) => `由 LLaVA Desk 于 ${time} 导出。模型的回答可能有误。`,
  stopped: '在结束前被停止。',
  failed: '此回答失败。',
  interrupted: '在结束前中断。',
  cutOff: '达到词元上限而结束。',
  contents: '对话',
  chatsFile: (count) => `LLaVA Desk，${count} 个对话`,
}

export const transferWords = (language: Language): TransferWords => (language === 'zh-CN' ? simplifiedChinese : english)
