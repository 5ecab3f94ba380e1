import { resolve } from 'node:path'
import type { GenerationOptions } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { AnswerStep } from '../../services/chat/writeAnswer.ts'
import type { OneShotQuestion } from '../../services/oneShot/OneShot.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { describeAnswer } from './describeAnswer.ts'
import { checkModelOptions } from './loadOptions.ts'
import type { AskOptions } from './program.ts'
import { ProgressLine } from './ProgressLine.ts'
import { harmless, jsonText, type Terminal } from './terminal.ts'
import { withEngine } from './withEngine.ts'

/** What a whole answer consists of; the same figures as the screen shows. */
interface Answered {
  readonly text: string
  readonly model: string
  readonly end: Extract<AnswerStep, { type: 'end' }>
}

/** `ask`: the answer goes to stdout as it is written, or with `--json` as one object at the end. */
export async function ask(question: string, options: AskOptions, host: HostContext, terminal: Terminal): Promise<void> {
  if (question.trim() === '') throw new AppError('QUESTION_EMPTY')
  checkModelOptions(options, options.image.length > 0)
  const request: Omit<OneShotQuestion, 'template'> = {
    text: question,
    images: options.image.map((path) => resolve(path)),
    options: generationOptions(options),
  }
  await withEngine(options, host, terminal, async (oneShot, signal, { template }) => {
    const answered = await follow(oneShot.ask({ ...request, template: options.template ?? template }, signal), terminal, options.json !== true)
    if (options.json === true) terminal.out(jsonText(report(answered)))
  })
}

function generationOptions({ temperature, seed, maxTokens, system }: AskOptions): GenerationOptions {
  return {
    temperature,
    ...(seed === undefined ? {} : { seed }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(system === undefined ? {} : { systemPrompt: system }),
  }
}

/** Reads the answer to its end; `shown` writes the text as it comes, always ending with a line end. */
async function follow(steps: AsyncIterable<AnswerStep>, terminal: Terminal, shown: boolean): Promise<Answered> {
  const status = new ProgressLine(terminal, describeAnswer)
  let text = '', model = '', end: Answered['end'] | null = null
  try {
    for await (const step of steps) {
      switch (step.type) {
        case 'progress':
          if (text === '') status.show(step)
          break
        case 'model':
          model = step.model.name
          break
        case 'delta':
          status.clear()
          text += step.text
          if (shown) terminal.out(terminal.outIsScreen ? harmless(step.text) : step.text)
          break
        case 'end':
          end = step
          break
        default:
          unreachable(step)
      }
    }
  } finally {
    status.clear()
    if (shown && text !== '' && !text.endsWith('\n')) terminal.out('\n')
  }
  if (end === null) throw new AppError('INTERNAL', { detail: 'the answer has no end' })
  if (shown && text === '') terminal.out('\n')
  return { text, model, end }
}

/** The object of `--json`; its keys are documented and stay. Times in milliseconds. */
function report({ text, model, end }: Answered): object {
  const { stats } = end
  return {
    answer: text,
    stopReason: end.stop,
    model,
    tokens: { prompt: stats.promptTokens, image: stats.imageTokens, generated: stats.generatedTokens, evaluated: stats.evaluatedTokens },
    milliseconds: stats.milliseconds,
    tokensPerSecond: stats.tokensPerSecond,
    reused: stats.reused,
  }
}
