import type { renderEn } from './en.render.ts'

/** 回答显示方式的简体中文词句；`zhCN` 的一部分。 */
export const renderZh: Readonly<Record<keyof typeof renderEn, string>> = {
  'answer.picture': '图片（未加载）：',
  'answer.left_one': '还有 {{number}} 个字符未显示。',
  'answer.left_other': '还有 {{number}} 个字符未显示。',
  'answer.more': '显示更多',
  'code.wrap': '长行自动换行',
  'table.region': '表格',
  'table.showAll_one': '再显示 {{number}} 行',
  'table.showAll_other': '再显示 {{number}} 行',
  'table.copyCsv': '复制为 CSV',
  'table.copyMarkdown': '复制为 Markdown',
  'link.goesTo': '通往',
  'link.writesTo': '写邮件给',
  'link.looksLike': '此名称含有 a–z 以外的字母，写作“{{name}}”，可能只是看起来像您认识的名称。',
}
