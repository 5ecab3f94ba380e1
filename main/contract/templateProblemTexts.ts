import type { ErrorParams } from './errors/codes.ts'
import type { Language } from './language.ts'
import { templateProblemCodes } from './templateProblems.ts'
import type { TemplateProblemCode } from './templateProblems.ts'

/** What can be wrong with a file that is to become a template, besides what is wrong with templates. */
export const templateFileProblemCodes = [
  'notJson', // detail
  'notATemplate',
  'formatUnknown', // format
  'malformed', // detail
  'unknownMember', // member
  'keywordUnsupported', // keyword
  'valueUnsupported', // keyword, value
  'nestedObject',
  'tableInTable',
  'referenceBroken', // reference
  'noFields',
] as const
export type TemplateFileProblemCode = (typeof templateFileProblemCodes)[number]
export type AnyProblemCode = TemplateProblemCode | TemplateFileProblemCode

type Texts = Readonly<Record<AnyProblemCode, string>>

const english: Texts = {
  nameTaken: 'the name {{field}} is used twice',
  nameReserved: 'the name {{field}} cannot be used',
  choiceTwice: 'the choice {{choice}} is there twice',
  exampleNoChoice: 'the example {{example}} is none of the choices',
  rangeEmpty: 'nothing lies between {{from}} and {{to}}',
  patternSyntax: 'this is no regular expression: {{detail}}',
  patternUnsupported: 'a pattern cannot use {{what}} here',
  patternSlow: 'this pattern could take for ever; write it so that it can match in one way only',
  localeUnknown: 'the text {{locale}} is no language tag such as en-GB',
  ruleUnknownField: 'there is no field called {{field}}; choose another one, or remove the rule',
  ruleWrongType: 'the field {{field}} is of the type {{type}}, which this rule cannot use',
  ruleTwoTypes: 'the fields {{first}} and {{then}} cannot be compared',
  ruleSameField: 'the field {{field}} is named twice',
  ruleOneTable: 'the field {{field}} must be a column of the same table as the others, or a field like the others',
  ruleNoColumn: 'the field {{field}} is a column; one that is no column is needed here',
  notJson: 'this is no JSON: {{detail}}',
  notATemplate: 'this is neither a template nor a JSON Schema of an object',
  formatUnknown: 'the format {{format}} is not known; a newer version may have written it',
  malformed: '{{detail}}',
  unknownMember: '{{member}} is not known here',
  keywordUnsupported: 'a template cannot express "{{keyword}}"',
  valueUnsupported: 'a template cannot express "{{keyword}}": {{value}}',
  nestedObject: 'an object inside the record cannot be a field; only a list of objects can, as a table',
  tableInTable: 'a column of a table must be a single value',
  referenceBroken: '{{reference}} leads nowhere, or to itself',
  noFields: 'there are no fields',
}

const simplifiedChinese: Texts = {
  nameTaken: '名称 {{field}} 重复',
  nameReserved: '不能使用名称 {{field}}',
  choiceTwice: '选项 {{choice}} 重复',
  exampleNoChoice: '示例 {{example}} 不在选项之中',
  rangeEmpty: '{{from}} 与 {{to}} 之间没有任何值',
  patternSyntax: '这不是正则表达式：{{detail}}',
  patternUnsupported: '此处的格式不能使用 {{what}}',
  patternSlow: '此格式可能永远算不完；请改写，使其只有一种匹配方式',
  localeUnknown: '{{locale}} 不是语言标记（例如 en-GB）',
  ruleUnknownField: '没有名为 {{field}} 的字段；请选择其他字段，或删除此规则',
  ruleWrongType: '{{field}} 的类型是 {{type}}，此规则不能使用',
  ruleTwoTypes: '{{first}} 与 {{then}} 无法比较',
  ruleSameField: '{{field}} 出现两次',
  ruleOneTable: '{{field}} 必须与其他各项同为一个表格的列，或同为字段',
  ruleNoColumn: '{{field}} 是列；此处需要字段',
  notJson: '这不是 JSON：{{detail}}',
  notATemplate: '这既不是模板，也不是对象的 JSON Schema',
  formatUnknown: '未知的格式 {{format}}；可能由更新的版本写入',
  malformed: '{{detail}}',
  unknownMember: '此处没有 {{member}} 这一项',
  keywordUnsupported: '模板无法表达“{{keyword}}”',
  valueUnsupported: '模板无法表达“{{keyword}}”：{{value}}',
  nestedObject: '记录中的对象不能作为字段；只有对象的列表可以，作为表格',
  tableInTable: '表格的列必须是单个值',
  referenceBroken: '{{reference}} 没有指向任何内容，或指向自身',
  noFields: '没有字段',
}

const texts: Readonly<Record<Language, Texts>> = { en: english, 'zh-CN': simplifiedChinese }
const codes = new Set<string>([...templateProblemCodes, ...templateFileProblemCodes])

/** A problem as a part of a sentence (no capital, no full stop), for an editor beside what is wrong. A code that is not known stays as it is. */
export function problemWords(code: string, params: ErrorParams, language: Language): string {
  if (!isProblemCode(code)) return code
  return texts[language][code].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(params[name] ?? ''))
}

/** The same with the place in front, for a sentence about the whole template. */
export function problemSentence(code: string, params: ErrorParams, language: Language): string {
  const words = problemWords(code, params, language), path = params['path'] ?? ''
  return !isProblemCode(code) || path === '' ? words : `${path}${language === 'en' ? ': ' : '：'}${words}`
}

function isProblemCode(code: string): code is AnyProblemCode {
  return codes.has(code)
}
