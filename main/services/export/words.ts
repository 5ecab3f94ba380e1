import { languageOf, type Language } from '../../contract/language.ts'
import type { cellStatuses, Review } from '../../contract/domains/extraction.ts'

type Status = (typeof cellStatuses)[number] | Exclude<Review['state'], 'unreadable'>

/** Headers and marks of spreadsheets. JSON has names that never change instead. */
interface Words {
  readonly unreadable: string
  readonly status: (label: string) => string
  readonly confidence: (label: string) => string
  readonly statuses: Readonly<Record<Status, string>>
  readonly record: string
  readonly row: string
  readonly file: string
  readonly page: string
  readonly pages: string
  readonly sha256: string
  readonly model: string
  readonly modelSha256: string
  readonly projector: string
  readonly projectorSha256: string
  readonly adapters: string
  readonly adaptersSha256: string
  readonly conversation: string
  readonly locale: string
  readonly template: string
  readonly templateVersion: string
  readonly mode: string
  readonly modes: Readonly<Record<'fields' | 'whole', string>>
  readonly temperature: string
  readonly seed: string
  readonly app: string
  readonly at: string
  readonly records: string
  readonly about: string
  readonly what: string
  readonly value: string
  readonly run: string
  readonly templateTitle: string
  readonly per: string
  readonly pers: Readonly<Record<'page' | 'file', string>>
  readonly threshold: string
  readonly leftOut: string
}

const english: Words = {
  unreadable: 'Could not be read',
  status: (label) => `${label}: status`,
  confidence: (label) => `${label}: confidence`,
  statuses: {
    ok: 'ok', unsure: 'unsure', failedCheck: 'failed a check', absent: 'not on the page', cutOff: 'cut off', repeated: 'repeated itself',
    unreadable: 'unreadable', accepted: 'accepted', edited: 'edited',
  },
  record: 'Record', row: 'Row', file: 'File', page: 'Page', pages: 'Pages', sha256: 'SHA-256 of the file',
  model: 'Model', modelSha256: 'SHA-256 of the model', projector: 'Projector', projectorSha256: 'SHA-256 of the projector',
  adapters: 'Adapters', adaptersSha256: 'SHA-256 of the adapters', conversation: 'Conversation template', locale: 'Locale of numbers and days',
  template: 'Template', templateVersion: 'Template version', mode: 'Read', modes: { fields: 'field by field', whole: 'as a whole' },
  temperature: 'Temperature', seed: 'Seed', app: 'LLaVA Desk version', at: 'Read at (UTC)',
  records: 'Records', about: 'About', what: 'What', value: 'Value', run: 'Run', templateTitle: 'Title of the template',
  per: 'One record per', pers: { page: 'page', file: 'file' }, threshold: 'Unsure below', leftOut: 'Left out, since they are still to be reviewed',
}

const simplifiedChinese: Words = {
  unreadable: '无法辨认',
  status: (label) => `${label}：状态`,
  confidence: (label) => `${label}：置信度`,
  statuses: {
    ok: '正常', unsure: '不确定', failedCheck: '未通过检查', absent: '页面上没有', cutOff: '被截断', repeated: '出现重复',
    unreadable: '无法辨认', accepted: '已确认', edited: '已修改',
  },
  record: '记录', row: '行', file: '文件', page: '页码', pages: '总页数', sha256: '文件 SHA-256',
  model: '模型', modelSha256: '模型 SHA-256', projector: '投影器', projectorSha256: '投影器 SHA-256',
  adapters: '适配器', adaptersSha256: '适配器 SHA-256', conversation: '对话模板', locale: '数字和日期的区域格式',
  template: '模板', templateVersion: '模板版本', mode: '读取方式', modes: { fields: '逐字段', whole: '整条记录' },
  temperature: '温度', seed: '随机种子', app: 'LLaVA Desk 版本', at: '读取时间 (UTC)',
  records: '记录', about: '说明', what: '项目', value: '值', run: '任务', templateTitle: '模板标题',
  per: '每条记录对应', pers: { page: '一页', file: '一个文件' }, threshold: '低于此值为不确定', leftOut: '因尚待审核而未导出',
}

/** @param locale BCP 47. */
export const wordsOf = (locale: string): Words => wordsIn[languageOf(locale)]
const wordsIn: Readonly<Record<Language, Words>> = { en: english, 'zh-CN': simplifiedChinese }
