import type { Language } from '../../../contract/language.ts'
import type { DecisivePart } from '../../../services/export/json/readExport.ts'
import type { Difference } from './differenceFrom.ts'

/** Words of the `extract` command. What is wrong with files has its sentences in the contract. */
interface Words {
  readonly progress: (past: number, total: number) => string
  readonly part: (percent: number) => string
  readonly failed: (count: number) => string
  readonly left: (time: string) => string
  readonly page: (page: number) => string
  readonly written: (path: string, records: number) => string
  /** `name`: the export of the run that is repeated. */
  readonly difference: (name: string, difference: Difference) => string
}

const englishParts: Readonly<Record<DecisivePart, string>> = {
  app: 'version of LLaVA Desk', model: 'model', projector: 'projector', adapters: 'adapters', conversation: 'conversation template', locale: 'locale', temperature: 'temperature', seed: 'seed',
}

const chineseParts: Readonly<Record<DecisivePart, string>> = {
  app: 'LLaVA Desk 版本', model: '模型', projector: '投影器', adapters: '适配器', conversation: '对话模板', locale: '区域设置', temperature: '温度', seed: '随机种子',
}

const english: Words = {
  progress: (past, total) => `Read ${past} of ${total}`,
  part: (percent) => `Read ${percent} %`,
  failed: (count) => `${count} failed`,
  left: (time) => `${time} left`,
  page: (page) => `page ${page}`,
  written: (path, records) => `${path}: ${records} ${records === 1 ? 'record' : 'records'}.`,
  difference: (name, { reader, settings, missing }) => {
    const facts = [
      ...(reader === null ? [] : [`it was read with ${reader.begun}, and what reads now is ${reader.now}`]),
      ...settings.map(({ part, begun, now }) => `its ${englishParts[part]} was ${begun}, and is now ${now}`),
      ...(missing.length === 0 ? [] : [`it does not say for sure: ${missing.map((part) => englishParts[part]).join(', ')}`]),
    ]
    return `This run may differ from ${name}: ${facts.join('; ')}.`
  },
}

const simplifiedChinese: Words = {
  progress: (past, total) => `已读取 ${past} / ${total}`,
  part: (percent) => `已读取 ${percent} %`,
  failed: (count) => `${count} 个失败`,
  left: (time) => `剩余 ${time}`,
  page: (page) => `第 ${page} 页`,
  written: (path, records) => `${path}：${records} 条记录。`,
  difference: (name, { reader, settings, missing }) => {
    const facts = [
      ...(reader === null ? [] : [`当时使用的是 ${reader.begun}，现在使用的是 ${reader.now}`]),
      ...settings.map(({ part, begun, now }) => `当时的${chineseParts[part]}为 ${begun}，现在为 ${now}`),
      ...(missing.length === 0 ? [] : [`其中未确切说明：${missing.map((part) => chineseParts[part]).join('、')}`]),
    ]
    return `此次读取的结果可能与 ${name} 不同：${facts.join('；')}。`
  },
}

export const wordsOf = (language: Language): Words => (language === 'zh-CN' ? simplifiedChinese : english)
