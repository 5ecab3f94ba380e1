import type { branchesEn } from './en.branches.ts'

/** 对话分支文字的简体中文版。 */
export const branchesZh: Record<keyof typeof branchesEn, string> = {
  'branches.versions': '版本',
  'branches.at': '第 {{at}} 个版本，共 {{count}} 个',
  'branches.short': '{{at}} / {{count}}',
  'branches.previous': '上一个版本',
  'branches.next': '下一个版本',
  'branches.copyQuestion': '复制问题',
  'branches.edit': '编辑问题',
  'branches.answer': '回答此问题',
  'branches.continue': '继续',
  'branches.continueAnswer': '继续写这条回答',
  'branches.delete': '删除此条及之后的内容',
  'branches.deleted': '已删除“{{text}}”。',
  'branches.deletedFrom': '已删除“{{text}}”及之后的内容。',
  'branches.nothing': '（空）',
  'branches.editLabel': '修改后的问题',
  'branches.editHint': '原来的问题会保留在旁边。Enter 提问，Shift + Enter 换行，Esc 取消。',
  'branches.ask': '提问',
  'branches.wait': '有一张图片仍在添加中。',
  'branches.discardTitle': '放弃修改？',
  'branches.discardText': '问题保持原来提问时的样子。',
  'branches.discard': '放弃',
  'branches.goOnEditing': '继续编辑',
}
