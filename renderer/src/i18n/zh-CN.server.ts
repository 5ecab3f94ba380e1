import type { serverEn } from './en.server.ts'

/** 本地服务器设置的文字。 */
export const serverZh: Readonly<Record<keyof typeof serverEn, string>> = {
  'server.title': '本地服务器',
  'server.hint': '本机上的其他程序可以像使用 OpenAI 那样向模型提问，也可以附带图片。本机之外无法访问。',
  'server.enabled': '回答其他程序',
  'server.off': '已关闭：不回答任何程序。',
  'server.starting': '正在启动…',
  'server.running': '正在 127.0.0.1:{{port}} 上运行。',
  'server.failed': '本地服务器没有运行。',
  'server.portInUse': '端口 {{port}} 已被其他程序占用。请在下方换一个端口，或结束那个程序后重试。',
  'server.port': '端口',
  'server.portHint': '可自行选择，但不能与本机其他程序使用的端口相同。',
  'server.address': '地址（base URL）',
  'server.copyAddress': '复制地址',
  'server.token': '令牌（API key）',
  'server.tokenHint': '持有令牌的程序都可以向模型提问。请只交给您信任的程序。',
  'server.showToken': '显示令牌',
  'server.copyToken': '复制令牌',
  'server.renewToken': '更换令牌…',
  'server.renewTitle': '更换令牌？',
  'server.renewHint': '使用现有令牌的程序将不再得到回答，直到换上新令牌。',
  'server.renew': '更换令牌',
}
