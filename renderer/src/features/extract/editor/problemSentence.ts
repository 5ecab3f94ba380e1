import type { FieldType } from '../../../../../main/contract/domains/template.ts'
import { problemWords } from '../../../../../main/contract/templateProblemTexts.ts'
import type { TextKey } from '../../../i18n/en.ts'
import type { Words } from '../../../i18n/Words.svelte.ts'
import type { FormProblemCode, TemplateProblem } from '../../../state/templateProblems.ts'
import { typeKeys } from '../words.ts'

const keys = {
  titleEmpty: 'problem.titleEmpty',
  tooLong: 'problem.tooLong',
  noFields: 'problem.noFields',
  tooManyFields: 'problem.tooManyFields',
  nameEmpty: 'problem.nameEmpty',
  nameForm: 'problem.nameForm',
  numberForm: 'problem.numberForm',
  numberBounds: 'settings.range',
  currencyForm: 'problem.currencyForm',
  dayForm: 'problem.dayForm',
  choicesFew: 'problem.choicesFew',
  choicesMany: 'problem.choicesMany',
  choiceEmpty: 'problem.choiceEmpty',
  columnsNone: 'problem.columnsNone',
  columnsMany: 'problem.columnsMany',
  ruleEmpty: 'problem.ruleEmpty',
} as const satisfies Record<FormProblemCode, TextKey>

const isForm = (code: TemplateProblem['code']): code is FormProblemCode => code in keys

/** What is wrong and what to do, for beside the field; empty where nothing is. */
export function problemSentence(words: Words, problem: TemplateProblem | undefined): string {
  if (problem === undefined) return ''
  const { code, params } = problem
  if (isForm(code)) return words.t(keys[code], params)
  const named = 'type' in params ? { ...params, type: words.t(typeKeys[params['type'] as FieldType]) } : params
  const text = problemWords(code, named, words.language)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${words.language === 'en' ? '.' : '。'}`
}
