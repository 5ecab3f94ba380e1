import { Parser, Renderer, type Token } from 'marked'
import { readableAddress } from './address.ts'
import { escapeHtml, proseHtml, visibleHtml } from './escape.ts'
import { markedOptions } from './lex.ts'
import type { MathToken } from './math.ts'

/** Words that stand in what is rendered. */
export interface AnswerTexts {
  /** What stands in the place of a picture. */
  readonly picture: string
}

/** Writes a formula as MathML; null where it cannot. */
export type WriteMath = (tex: string, display: boolean) => string | null

/** Addresses of pictures may hold the picture itself. */
const longestPictureAddress = 200

/**
 * Turns markdown tokens of a model's answer, which is text from a stranger, into HTML of a few harmless elements:
 * raw HTML becomes text, links become buttons that name their address, pictures boxes with theirs; nothing is loaded.
 * The sanitiser (`sanitise.ts`) enforces the same a second time, should this have a hole.
 */
export class AnswerRenderer {
  readonly #parser: Parser
  readonly #renderer: SafeRenderer
  /** @param writeMath Null while nothing is there to write formulas with: they are shown as TeX. */
  constructor(texts: AnswerTexts, writeMath: WriteMath | null) {
    this.#renderer = new SafeRenderer(texts)
    const { extensions } = markedOptions
    const math = (token: object) => this.#renderer.math(token as MathToken, writeMath)
    const stretch = (token: object) => `<span class="stretch">${proseHtml((token as { text: string }).text)}</span>`
    this.#parser = new Parser({
      ...markedOptions,
      renderer: this.#renderer,
      extensions: { childTokens: {}, ...extensions, renderers: { math, stretch } },
    })
  }

  render(tokens: Token[]): { readonly html: string; readonly hasMath: boolean } {
    this.#renderer.hasMath = false
    const html = this.#parser.parse(tokens)
    return { html, hasMath: this.#renderer.hasMath }
  }
}

class SafeRenderer extends Renderer {
  /** Whether there was a formula since this was last set to false. */
  hasMath = false
  readonly #texts: AnswerTexts
  #inLink = false

  constructor(texts: AnswerTexts) {
    super()
    this.#texts = texts
  }

  override html({ text }: { text: string }): string {
    return visibleHtml(text, 'code')
  }

  override text(token: { text: string; tokens?: Token[] }): string {
    return token.tokens === undefined ? proseHtml(token.text) : this.parser.parseInline(token.tokens)
  }

  override codespan({ text }: { text: string }): string {
    return `<code>${visibleHtml(text, 'code')}</code>`
  }

  /** Code inside of lists and quotes; other code is a block of its own. */
  override code({ text }: { text: string }): string {
    return `<pre><code>${visibleHtml(text, 'code')}</code></pre>\n`
  }

  /** A picture is never loaded: its description and its address stand in its place. */
  override image({ href, text }: { href: string; text: string }): string {
    const alone = this.#inLink || readableAddress(href) === null
    const short = href.length > longestPictureAddress ? `${href.slice(0, longestPictureAddress)}…` : href
    const address = alone ? `<span class="picture-address">${visibleHtml(short, 'code')}</span>` : this.#button(href, visibleHtml(short, 'code'))
    const label = `<span class="picture-label">${escapeHtml(this.#texts.picture)}</span>`
    return `<span class="picture">${label} ${text === '' ? '' : `<span>${visibleHtml(text, 'prose')}</span> `}${address}</span>`
  }

  override link({ href, tokens }: { href: string; tokens: Token[] }): string {
    const outer = this.#inLink
    this.#inLink = true
    const label = this.parser.parseInline(tokens)
    this.#inLink = outer
    return outer ? label : this.#button(href, label)
  }

  override checkbox({ checked }: { checked: boolean }): string {
    return checked ? '☑ ' : '☐ '
  }

  /**
   * An answer stands under a heading of level 2, so its own are level 3, whatever rank the model gave them: levels that jump
   * mislead people who navigate by headings. The rank only shows.
   */
  override heading({ tokens, depth }: { tokens: Token[]; depth: number }): string {
    return `<h3 class="rank-${depth}">${this.parser.parseInline(tokens)}</h3>\n`
  }

  math({ tex, display }: MathToken, write: WriteMath | null): string {
    this.hasMath = true
    const written = write?.(tex, display) ?? `<code>${visibleHtml(tex, 'code')}</code>`
    return display ? `<span class="formula">${written}</span>` : written
  }

  /** A link is a button: nothing is opened before the person has read the address and agreed. */
  #button(href: string, label: string): string {
    const address = readableAddress(href)
    if (address === null) return label
    return `<button type="button" class="address" data-address="${escapeHtml(address)}">${label}</button>`
  }
}
