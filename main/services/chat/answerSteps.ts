import { premiseCheck, presumes, trickyQuestion } from '../../contract/answerWords.ts'
import type { Message, MessageOptions } from '../../contract/domains/chat.ts'
import type { Premise } from '../../contract/domains/format.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'
import { formatGrammar, oneOf } from '../prompt/formatGrammar.ts'
import { writeAnswer } from './writeAnswer.ts'
import type { AnswerForm, AnswerRequest, AnswerStep } from './writeAnswer.ts'

/** How the check may answer; whichever case the model was taught. */
const YES_OR_NO = oneOf(['Yes', 'No', 'yes', 'no'])
/** Tokens of "yes" or "no", with some to spare for vocabularies that lack them. */
const CHECK_TOKENS = 8

/** The question of a chat to be answered, as it wants to be. */
export interface ChatQuestion extends Omit<AnswerRequest, 'turns' | 'options' | 'form'> {
  readonly options: MessageOptions
  /** The answer as it had ended, where it is to go on: its premise was verified then, and no grammar can begin in the middle of a text. */
  readonly goesOn?: Message | null
  /** The conversation up to the answer, its last question in these words in place of its own and its format's. Throws `IMAGE_GONE`. */
  readonly turns: (lastWords?: (question: Message) => string) => Turn<PictureSource>[]
}

export type ChatStep = AnswerStep | { readonly type: 'premise'; readonly premise: Premise }

/** Writes one answer of a chat: in its format, after its premise was verified where that is wanted. Rejects like `writeAnswer`. */
export async function* answerSteps(engine: Engine, question: ChatQuestion, signal: AbortSignal): AsyncGenerator<ChatStep, void, undefined> {
  const { options, turns, goesOn } = question
  if (goesOn !== undefined && goesOn !== null) {
    yield* writeAnswer(engine, { ...question, turns: goesOn.premise?.verdict === 'fails' ? turns(asTricky) : turns(), form: heldTo(null) }, signal)
    return
  }
  if (options.verifyPremise !== true) {
    yield* writeAnswer(engine, { ...question, turns: turns(), form: heldTo(grammarOf(options)) }, signal)
    return
  }
  const premise = yield* verify(engine, question, signal)
  yield { type: 'premise', premise }
  const rest = premise.verdict === 'fails' ? { turns: turns(asTricky), form: heldTo(null) } : { turns: turns(), form: heldTo(grammarOf(options)) }
  yield* writeAnswer(engine, { ...question, ...rest }, signal)
}

/** Asks whether all that the question presumes is in the picture. Its own deltas are the verdict; progress is passed on. */
async function* verify(engine: Engine, question: ChatQuestion, signal: AbortSignal): AsyncGenerator<ChatStep, Premise, undefined> {
  const presuming: boolean[] = []
  const turns = question.turns(({ text, format }) => {
    presuming.push(presumes(text, format))
    return premiseCheck(text, format)
  })
  if (!presuming.includes(true)) return { verdict: 'nothing', milliseconds: 0 }
  if (turns.every(({ images }) => images.length === 0)) return { verdict: 'noPicture', milliseconds: 0 }
  const { systemPrompt } = question.options
  const options = { temperature: 0, maxTokens: CHECK_TOKENS, ...(systemPrompt === undefined ? {} : { systemPrompt }) }
  let text = ''
  let milliseconds = 0
  for await (const step of writeAnswer(engine, { ...question, turns, options, form: heldTo(YES_OR_NO) }, signal)) {
    if (step.type === 'delta') text += step.text
    else if (step.type === 'end') milliseconds = step.stats.milliseconds.total
    else yield step
  }
  return { verdict: verdictOf(text), milliseconds }
}

function verdictOf(text: string): Premise['verdict'] {
  const said = text.trim().toLowerCase()
  if (said.startsWith('yes')) return 'holds'
  return said.startsWith('no') ? 'fails' : 'unclear'
}

const heldTo = (grammar: string | null): AnswerForm => ({ grammar, stopTexts: [], probabilities: false })

/** How a question is asked whose premise does not hold. */
export const asTricky = (question: Message): string => trickyQuestion(question.text, question.format)

const grammarOf = ({ format }: MessageOptions): string | null => (format === undefined ? null : formatGrammar(format))
