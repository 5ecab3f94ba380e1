import i18next, { type i18n } from 'i18next'
import type { Settings } from '../../../main/contract/domains/app.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import { foundWords } from '../../../main/contract/errors/found.ts'
import { english } from '../../../main/contract/errors/texts.en.ts'
import { simplifiedChinese } from '../../../main/contract/errors/texts.zh.ts'
import { chooseLanguage, type Language } from '../../../main/contract/language.ts'
import { isErrorCode } from '../transport/errors.ts'
import { en, type TextKey } from './en.ts'
import { scaleBytes, splitTimeLeft, type ScaledBytes } from './units.ts'
import { zhCN } from './zh-CN.ts'

/** What fills the `{{braces}}` of a sentence. */
type TextValues = Readonly<Record<string, string | number>>

/** `tokens` for the pair `tokens_one`, `tokens_other`. */
type Countable = TextKey extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never

/** The words of the screen in the language in use. Reading any of them in a template follows a change of language. */
export class Words {
  language = $state<Language>('en')
  readonly #i18n: i18n = i18next.createInstance()

  constructor(language: Language) {
    this.language = language
    void this.#i18n.init({
      lng: language,
      fallbackLng: false,
      initAsync: false,
      keySeparator: false,
      nsSeparator: false,
      interpolation: { escapeValue: false },
      ns: ['screen', 'errors'],
      defaultNS: 'screen',
      resources: { en: { screen: en, errors: english }, 'zh-CN': { screen: zhCN, errors: simplifiedChinese } },
    })
  }

  use(wanted: Settings['language'], systemLanguage: string): void {
    const language = chooseLanguage(wanted, systemLanguage)
    document.documentElement.lang = language
    this.language = language
  }

  /** One sentence of the screen. */
  readonly t = (key: TextKey | Countable, values: TextValues = {}): string => this.#i18n.t(key, { ...values, lng: this.language })

  /** The sentence for an error: what happened and what to do. */
  readonly error = (error: Pick<AppError, 'code' | 'params'>): string => this.failure(error.code, error.params)

  /** As `error`, for a code that may be newer than this page. */
  failure(code: string, params: TextValues): string {
    if (!isErrorCode(code)) return `${code} ${JSON.stringify(params)}`
    return this.#i18n.t(code, { ...foundWords(params, this.language), ns: 'errors', lng: this.language })
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return new Intl.NumberFormat(this.language, options).format(value)
  }

  percent(fraction: number): string {
    return this.number(fraction, { style: 'percent', maximumFractionDigits: 0 })
  }

  /** A duration for people: milliseconds below one second, else seconds. */
  duration(milliseconds: number): string {
    const seconds = milliseconds / 1000
    if (seconds < 1) return this.number(Math.round(milliseconds), { style: 'unit', unit: 'millisecond', unitDisplay: 'short' })
    return this.number(seconds, { style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: seconds < 10 ? 1 : 0 })
  }

  /** The size of a file: "4.08 GB". */
  bytes(count: number): string {
    return this.#scaled(scaleBytes(count, 1000))
  }

  /** An amount of memory: "24 GB" for what its maker sells as such. */
  memory(count: number): string {
    return this.#scaled(scaleBytes(count, 1024))
  }

  /** A count of tokens: "4,096 tokens". */
  tokens(count: number): string {
    return this.t('model.tokens', { count, number: this.number(count) })
  }

  /** How fast bytes come: "18 MB/s". */
  speed(bytesPerSecond: number): string {
    const { value, unit } = scaleBytes(bytesPerSecond, 1000)
    return `${this.#scaled({ value, unit, decimals: value < 9.95 && unit !== 'byte' && unit !== 'kilobyte' ? 1 : 0 })}/s`
  }

  /** How long a download still takes: "3 min left". */
  timeLeft(seconds: number): string {
    const time = splitTimeLeft(seconds)
    if (time === null) return this.t('download.underMinute')
    const parts = [
      ...(time.hours > 0 ? [this.number(time.hours, { style: 'unit', unit: 'hour', unitDisplay: 'short' })] : []),
      ...(time.minutes > 0 ? [this.number(time.minutes, { style: 'unit', unit: 'minute', unitDisplay: 'short' })] : []),
    ]
    return this.t('download.timeLeft', { time: parts.join(' ') })
  }

  #scaled({ value, unit, decimals }: ScaledBytes): string {
    return this.number(value, { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumFractionDigits: decimals })
  }
}
