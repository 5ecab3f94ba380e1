import type { Language } from '../../contract/language.ts'

/** Words of native menus and dialogs. The page has its own. */
export interface Texts {
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly view: string
  readonly reload: string
  readonly actualSize: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly fullScreen: string
  readonly developerTools: string
  readonly window: string
  readonly minimize: string
  readonly close: string
  readonly file: string
  readonly quit: string
  readonly chooseModel: string
  readonly chooseProjector: string
  readonly ggufFiles: string
  readonly allFiles: string
  readonly openLink: string
  readonly openLinkDetail: string
  readonly open: string
  readonly copyAddress: string
  readonly cancel: string
  readonly pageGone: string
  readonly pageGoneDetail: string
  readonly pageHangs: string
  readonly pageHangsDetail: string
  readonly wait: string
  readonly startFailed: string
}

const english: Texts = {
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  view: 'View',
  reload: 'Reload',
  actualSize: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  developerTools: 'Developer Tools',
  window: 'Window',
  minimize: 'Minimize',
  close: 'Close Window',
  file: 'File',
  quit: 'Quit LLaVA Desk',
  chooseModel: 'Choose a language model',
  chooseProjector: 'Choose the projector (mmproj) of the model',
  ggufFiles: 'GGUF files',
  allFiles: 'All files',
  openLink: 'Open this address in your browser?',
  openLinkDetail: 'The link was written by the model. It leads out of LLaVA Desk:',
  open: 'Open',
  copyAddress: 'Copy Address',
  cancel: 'Cancel',
  pageGone: 'The window stopped working.',
  pageGoneDetail: 'Your chats are kept, and an answer that was being written goes on. Reload the window to continue.',
  pageHangs: 'The window does not respond.',
  pageHangsDetail: 'Wait a little, or reload the window. Your chats are kept.',
  wait: 'Wait',
  startFailed: 'LLaVA Desk could not start.',
}

const simplifiedChinese: Texts = {
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '视图',
  reload: '重新加载',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  developerTools: '开发者工具',
  window: '窗口',
  minimize: '最小化',
  close: '关闭窗口',
  file: '文件',
  quit: '退出 LLaVA Desk',
  chooseModel: '选择语言模型',
  chooseProjector: '选择该模型的投影器（mmproj）',
  ggufFiles: 'GGUF 文件',
  allFiles: '所有文件',
  openLink: '在浏览器中打开此地址？',
  openLinkDetail: '此链接由模型写出，将离开 LLaVA Desk：',
  open: '打开',
  copyAddress: '复制地址',
  cancel: '取消',
  pageGone: '窗口已停止工作。',
  pageGoneDetail: '对话已保留，正在生成的回答会继续。请重新加载窗口。',
  pageHangs: '窗口没有响应。',
  pageHangsDetail: '请稍候，或重新加载窗口。对话已保留。',
  wait: '等待',
  startFailed: 'LLaVA Desk 无法启动。',
}

export const textsOf = (language: Language): Texts => (language === 'zh-CN' ? simplifiedChinese : english)
