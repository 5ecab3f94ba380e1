import { InvalidArgumentError } from 'commander'

/** A number of an option, whole where `whole`; refuses what JavaScript would quietly accept ("", "0x10", "1e3 "). */
function numberBetween(text: string, least: number, most: number, whole: boolean): number {
  const value = Number(text)
  const shape = whole ? /^-?\d+$/ : /^-?(\d+\.?\d*|\.\d+)$/
  if (!shape.test(text) || value < least || value > most)
    throw new InvalidArgumentError(`Give a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
  return value
}

export const temperature = (text: string): number => numberBetween(text, 0, 5, false)
export const seed = (text: string): number => numberBetween(text, 0, 4294967295, true)
export const maxTokens = (text: string): number => numberBetween(text, 1, 32768, true)
export const contextSize = (text: string): number => numberBetween(text, 512, 131072, true)
export const layers = (text: string): number => numberBetween(text, 0, 1000, true)
export const port = (text: string): number => numberBetween(text, 0, 65535, true)

/** Bytes of "4GB", "500 MB" or "1.5G", counted in 1024s as the app shows them; 0 for "off". */
export function byteLimit(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([MGT])B?$/i.exec(text) ?? []
  const bytes = text.toLowerCase() === 'off' ? 0 : Math.round(Number(number) * { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }[unit.toUpperCase() as 'M' | 'G' | 'T'])
  if (!(bytes <= 2 ** 50)) throw new InvalidArgumentError('Give a size such as 500MB or 4GB, or "off".')
  return bytes
}

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]
