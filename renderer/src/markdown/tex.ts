import temml from 'temml'
import { splitHidden } from './hidden.ts'

/** Longest formula that is set: macros may make much of little, and a formula that long is none. */
const longestTex = 2_000
/** Far beyond what formulas need; stops macros that call themselves. */
const mostExpansions = 300
/** Longest lengths a formula may ask for, in em and ex: it must not reach over what stands around it. */
const longestLengths: [number, number] = [10, 20]

/** Temml's styles are refinements; the page's policy forbids them, and reports each one. Quotes in its text are always entities. */
const styles = / style="[^"]*"/g

/** Writes TeX as MathML without styles; null where it is wrong, or asks for what an answer may not do (links, pictures). */
export function texToMathml(tex: string, display: boolean): string | null {
  if (tex.length > longestTex || splitHidden(tex, 'code').some(({ hidden }) => hidden)) return null
  try {
    // Macros of one formula must not reach the next, so each gets an object of its own.
    const mathml = temml.renderToString(tex, { displayMode: display, throwOnError: true, trust: false, strict: false, maxExpand: mostExpansions, maxSize: longestLengths, macros: {} })
    return mathml.replace(styles, '')
  } catch {
    // Of any kind: braces inside of braces end the stack. The formula is then shown as it was written.
    return null
  }
}
