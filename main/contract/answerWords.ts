import type { AnswerFormat, Box } from './domains/format.ts'
import { questionOf } from './questionOf.ts'

/**
 * The words LLaVA-1.5 was trained to see, letter for letter ("Improved Baselines with Visual Instruction Tuning", tables 7 and 8;
 * `detailed`: of LLaVA's own list of requests for detailed descriptions, `llava/eval` and the LLaVA-Instruct data).
 */
const SHORT = 'Answer the question using a single word or phrase.'
const LETTER = "Answer with the option's letter from the given choices directly."
const CAPTION = 'Provide a one-sentence caption for the provided image.'
const DETAILED = 'Describe the following image in detail.'
const FIND = 'Please provide the bounding box coordinate of the region this sentence describes:'
const REGION = 'Please provide a short description for this region:'
/** The paper's words for questions that may presume what is not there (v2, table 5). */
const TRICKY = 'If there are factual errors in the questions, point it out; if not, proceed to answering the question.'

/** Our own words, where training has none. */
const ANY_JSON = 'Answer with a JSON object.'
const IN_DETAIL = 'Answer in detail.'
const PRESUMES = 'Is everything that this question takes for granted really in the image?'

const free: AnswerFormat = { type: 'free' }

/** The letter of the option at `index`: A, B, C. */
export function optionLetter(index: number): string {
  return String.fromCodePoint(65 + index)
}

/** A box as LLaVA's training data writes it: two decimals. */
export function boxText(box: Box): string {
  return `[${box.map((side) => side.toFixed(2)).join(', ')}]`
}

/**
 * A request that needs no question of the person's own; null where the format needs one. Asked alone, it is also the text of the
 * message.
 */
export function requestAlone(format: AnswerFormat): string | null {
  switch (format.type) {
    case 'caption':
      return CAPTION
    case 'detailed':
      return DETAILED
    case 'json':
      return format.record === null ? null : questionOf(format.record)
    case 'region':
      return `${REGION} ${boxText(format.box)}.`
    case 'free':
    case 'short':
    case 'letter':
    case 'find':
      return null
  }
}

/** Whether the words of a format are those of LLaVA's training. With `json` and with a question of one's own before `detailed` they are not. */
export function isAsTrained(format: AnswerFormat, text: string): boolean {
  return format.type !== 'json' && (format.type !== 'detailed' || text.trim() === '' || text.trim() === DETAILED)
}

/** The question as the model gets it: the person's text, and behind it, in lines of their own, the words of the format. */
export function askedText(text: string, format: AnswerFormat = free): string {
  const own = text.trim()
  if (format.type === 'find') return `${FIND} ${own.replace(/[.。]+$/u, '')}.`
  const alone = requestAlone(format)
  if (alone !== null && (own === '' || own === alone)) return alone
  return [own, ...linesBehind(format)].join('\n')
}

function linesBehind(format: Exclude<AnswerFormat, { type: 'find' }>): string[] {
  switch (format.type) {
    case 'free':
      return []
    case 'short':
      return [SHORT]
    case 'letter':
      return [...format.options.map((option, index) => `${optionLetter(index)}. ${option.replaceAll(/\s*\n\s*/g, ' ')}`), LETTER]
    case 'detailed':
      return [IN_DETAIL]
    case 'json':
      return [format.record === null ? ANY_JSON : questionOf(format.record)]
    case 'caption':
      return [CAPTION]
    case 'region':
      return [`${REGION} ${boxText(format.box)}.`]
  }
}

/** Whether a question may presume something: the requests that are asked alone do not. */
export function presumes(text: string, format: AnswerFormat = free): boolean {
  return text.trim() !== '' && text.trim() !== requestAlone(format)
}

/** What is asked first where a question's premise is to be verified: to be answered with yes or no. */
export function premiseCheck(text: string, format: AnswerFormat = free): string {
  return [ownWords(text, format), PRESUMES, SHORT].join('\n')
}

/** The question where the check said no: with the paper's words in front, and no format, which would leave no room to point out what is wrong. */
export function trickyQuestion(text: string, format: AnswerFormat = free): string {
  return `${TRICKY} ${ownWords(text, format)}`
}

/** The question without the lines of its format; what is to be found is no question without them. */
function ownWords(text: string, format: AnswerFormat): string {
  return format.type === 'find' ? askedText(text, format) : text.trim()
}
