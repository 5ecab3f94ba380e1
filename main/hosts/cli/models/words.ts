import type { Language } from '../../../contract/language.ts'

/** Words of the `models` commands. What is wrong with files has its sentences in the contract. */
interface Words {
  readonly none: string
  readonly missing: string
  readonly columns: readonly [name: string, size: string, vision: string, place: string]
  readonly available: readonly [name: string, quantisations: string, size: string, licence: string]
  readonly pictures: string
  readonly text: string
  readonly removed: (name: string) => string
  readonly ready: (name: string) => string
  readonly sound: string
  readonly checking: string
  readonly waiting: string
  readonly verifying: string
  readonly left: (time: string) => string
  readonly paused: (name: string) => string
  readonly verdicts: Readonly<Record<'fits' | 'tight' | 'partly' | 'cpu' | 'tooLarge', string>>
  readonly parts: Readonly<Record<'weights' | 'projector' | 'kv' | 'compute' | 'encode' | 'process', string>>
  readonly ram: string
  readonly layers: string
  readonly context: (tokens: number | string) => string
  readonly width: (values: number | string) => string
  readonly needs: (place: string, needed: string, free: string) => string
}

const english: Words = {
  none: 'No models yet. "llava-desk models pull llava-1.5-7b" gets one; "models list --available" shows what there is.',
  missing: 'its files are not there',
  columns: ['NAME', 'SIZE', 'SEES', 'WHERE'],
  available: ['NAME', 'QUANTISATIONS', 'SIZE', 'LICENCE'],
  pictures: 'pictures',
  text: 'text',
  removed: (name) => `${name} was removed.`,
  ready: (name) => `${name} is ready.`,
  sound: 'Nothing is wrong with it.',
  checking: 'asking the hub',
  waiting: 'waiting for another download',
  verifying: 'checking every byte',
  left: (time) => `${time} left`,
  paused: (name) => `The download of ${name} is paused. The same command goes on with it.`,
  verdicts: {
    fits: 'It fits, with room to spare.',
    tight: 'It should work, but little memory is left.',
    partly: 'A part of it runs on the graphics card, the rest on the processor.',
    cpu: 'It runs on the processor; no graphics card takes part.',
    tooLarge: 'It does not fit into the memory of this machine.',
  },
  parts: { weights: 'weights', projector: 'projector', kv: 'KV cache', compute: 'compute', encode: 'encoding a picture', process: 'program' },
  ram: 'Main memory',
  layers: 'layers on the graphics card',
  context: (tokens) => `${tokens} tokens`,
  width: (values) => `width ${values}`,
  needs: (place, needed, free) => `${place}: needs ${needed}, ${free} free`,
}

const simplifiedChinese: Words = {
  none: '还没有模型。“llava-desk models pull llava-1.5-7b”可下载一个；“models list --available”列出可用的模型。',
  missing: '文件不在原处',
  columns: ['名称', '大小', '能看', '位置'],
  available: ['名称', '量化', '大小', '许可证'],
  pictures: '图片',
  text: '文本',
  removed: (name) => `已移除 ${name}。`,
  ready: (name) => `${name} 已就绪。`,
  sound: '没有发现问题。',
  checking: '正在询问服务器',
  waiting: '等待其他下载',
  verifying: '正在校验全部内容',
  left: (time) => `剩余 ${time}`,
  paused: (name) => `${name} 的下载已暂停。再次运行同一命令即可继续。`,
  verdicts: {
    fits: '可以运行，内存充裕。',
    tight: '应该可以运行，但剩余内存不多。',
    partly: '一部分在显卡上运行，其余在处理器上运行。',
    cpu: '在处理器上运行，不使用显卡。',
    tooLarge: '本机内存不足以运行。',
  },
  parts: { weights: '权重', projector: '投影器', kv: 'KV 缓存', compute: '计算', encode: '图片编码', process: '程序' },
  ram: '内存',
  layers: '层在显卡上',
  context: (tokens) => `${tokens} 个词元`,
  width: (values) => `宽度 ${values}`,
  needs: (place, needed, free) => `${place}：需要 ${needed}，可用 ${free}`,
}

export const wordsOf = (language: Language): Words => (language === 'zh-CN' ? simplifiedChinese : english)
