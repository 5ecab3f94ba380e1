import type { TextKey } from '../../../i18n/en.ts'
import type { Words } from '../../../i18n/Words.svelte.ts'
import type { ProblemCode, TemplateProblem } from '../../../state/templateProblems.ts'

const keys = {
  titleEmpty: 'problem.titleEmpty',
  tooLong: 'problem.tooLong',
  noFields: 'problem.noFields',
  tooManyFields: 'problem.tooManyFields',
  nameEmpty: 'problem.nameEmpty',
  nameForm: 'problem.nameForm',
  nameTaken: 'problem.nameTaken',
  numberForm: 'problem.numberForm',
  numberBounds: 'settings.range',
  rangeReversed: 'problem.rangeReversed',
  patternInvalid: 'problem.patternInvalid',
  currencyForm: 'problem.currencyForm',
  dayForm: 'problem.dayForm',
  daysReversed: 'problem.daysReversed',
  choicesFew: 'problem.choicesFew',
  choicesMany: 'problem.choicesMany',
  choiceEmpty: 'problem.choiceEmpty',
  choiceTaken: 'problem.choiceTaken',
  columnsNone: 'problem.columnsNone',
  columnsMany: 'problem.columnsMany',
  ruleEmpty: 'problem.ruleEmpty',
  ruleUnknown: 'problem.ruleUnknown',
  ruleKind: 'problem.ruleKind',
  ruleTables: 'problem.ruleTables',
} as const satisfies Record<ProblemCode, TextKey>

/** What is wrong and what to do, for beside the field; empty where nothing is. */
export function problemSentence(words: Words, problem: TemplateProblem | undefined): string {
  return problem === undefined ? '' : words.t(keys[problem.code], problem.params)
}
