import type { formatsEn } from './en.formats.ts'

/** 添加文件时文字的简体中文版。 */
export const formatsZh: Readonly<Record<keyof typeof formatsEn, string>> = {
  'pageChoice.title': '选择哪些页面？',
  'pageChoice.file': '{{name}} 共有 {{pages}} 页。所选的每一页都会作为图片添加。',
  'pageChoice.room': '此问题还可添加 {{room}} 张。',
  'pageChoice.honest': 'LLaVA 是以单张图片训练的：页面多时回答会不太可靠。若要逐页读取整份文件，请使用“提取”。',
  'pageChoice.list': '页面',
  'pageChoice.page': '第 {{page}} 页',
  'pageChoice.noPreview': '无法显示',
  'pageChoice.more': '显示更多页面',
  'pageChoice.none': '全不选',
  'pageChoice.first': '从第一页选起',
  'pageChoice.chosen': '已选 {{chosen}} / {{pages}} 页',
  'pageChoice.full': '已选 {{chosen}} / {{pages}} 页，已满',
  'pageChoice.add_one': '添加 {{number}} 页',
  'pageChoice.add_other': '添加 {{number}} 页',
  'pageChoice.name': '{{name}}，第 {{page}} 页',
  'attachment.choosing': '正在选择页面…',
  'attachment.frame': '{{width}} × {{height}} 像素，文件中 {{frames}} 张图片的第一张',
  'attachment.addressOnly': '只收到一个网址（{{host}}），没有图片。本应用不会从互联网下载：请先保存图片再拖入文件，或在浏览器中“复制图片”后粘贴到这里。',
}
