import type { viewEn } from './en.view.ts'

/** 查看图片的简体中文文字。 */
export const viewZh: Readonly<Record<keyof typeof viewEn, string>> = {
  'view.partOf': '局部：{{name}}',
  'view.nth': '第 {{at}} 张，共 {{count}} 张',
  'view.previous': '上一张图片',
  'view.next': '下一张图片',
  'view.zoomIn': '放大',
  'view.zoomOut': '缩小',
  'view.fit': '适合窗口',
  'view.actual': '显示原始大小',
  'view.actualNow': '缩放 {{percent}}，显示原始大小',
  'view.keys': '按加号和减号缩放，0 适合窗口，1 显示原始大小。方向键移动放大的图片，未放大时切换图片。画框时，方向键移动方框，Shift 加方向键改变大小，回车键采用，Esc 键取消。',
  'view.broken': '无法显示图片 {{name}}。请关闭此窗口并重新添加文件。',
  'view.place': '显示哪张图片',
  'view.whole': '整张图片',
  'view.alone': '仅此局部',

  'view.ask': '就局部提问',
  'view.drawHint': '拖动方框，框住您想问的内容。方向键移动方框，Shift 加方向键改变大小，回车键采用。',
  'view.take': '采用此局部',

  'view.seen': '模型看到的画面',
  'view.seenLoading': '正在按模型的方式准备图片…',
  'view.seenAlt': '模型得到的图片',
  'view.price': '{{width}} × {{height}} 像素 · 占用对话空间 {{tokens}}',
  'view.square': '无论图片多大，模型只得到这个小方图，别无其他。',
  'view.overview': '模型先得到这张小概览图，然后以更大的分块再看一遍图片的细节。',
  'view.tilesAlt': '图片及其分块边界',
  'view.tiles': '{{columns}} × {{rows}} 块 · {{width}} × {{height}} 像素',
  'view.own': '此模型用自己的方式处理图片。这是交给它的图片。',
  'view.tooSmall': '看整张图片时，“{{name}}”上的文字对模型来说太小。请改为就局部提问。',
  'view.tooSmallHere': '这里的文字太小，模型无法辨认。请就局部提问：局部会独占全部画面。',
  'view.tooFewPixels': '“{{name}}”上的文字像素太少，无法辨认。请拍得更清晰或更近一些。',
  'view.tooFewPixelsHere': '图片本身的文字像素太少。请拍得更清晰或更近一些。',
}
