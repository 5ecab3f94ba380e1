import type { ModelInfo } from '../../contract/domains/model.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Terminal } from './terminal.ts'

type Facts = Pick<ModelInfo, 'steppedDown' | 'backend' | 'layers'>

/** Says on stderr, once, that a model was loaded with less than was asked for, and with what. Returns the function that ends the watch. */
export function tellSteppedDown(engine: Pick<Engine, 'subscribe'>, terminal: Terminal): () => void {
  let told = false
  return engine.subscribe((status) => {
    const line = status.state === 'ready' ? steppedDownLine(status.info, terminal.language) : null
    if (line === null || told) return
    told = true
    // A line of progress may stand there.
    terminal.error(`${terminal.errorIsScreen ? '\r\u001b[K' : ''}${line}\n`)
  })
}

/** What a load was made smaller to for want of memory; null where it was loaded as planned. */
export function steppedDownLine({ steppedDown, backend, layers }: Facts, language: Terminal['language']): string | null {
  if (steppedDown === null) return null
  const { contextSize, gpuLayers, kvType } = steppedDown
  const isChinese = language === 'zh-CN'
  const facts = [
    isChinese ? `上下文 ${contextSize} 个词元` : `a context of ${contextSize} tokens`,
    // On the CPU alone there is nothing to put elsewhere.
    ...(backend === 'cpu' ? [] : [isChinese ? `显卡上 ${gpuLayers}/${layers} 层` : `${gpuLayers} of ${layers} layers on the graphics card`]),
    `KV ${kvType}`,
  ]
  return isChinese ? `内存不足以完整加载此模型，因此已缩减后加载：${facts.join('，')}。` : `The model did not fit into memory in full, so it was loaded with less: ${facts.join(', ')}.`
}
