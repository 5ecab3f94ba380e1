import { Parser, Renderer, type Token } from 'marked'
import { readableAddress } from './address.ts'

/**
 * Turns markdown tokens of a model's answer, which is text from a stranger, into HTML of a few harmless elements:
 * raw HTML becomes text, pictures and links become buttons that name their address and load nothing.
 * The sanitiser (`sanitise.ts`) enforces the same a second time, should this have a hole.
 */
export function renderMarkup(tokens: Token[]): string {
  return parser.parse(tokens)
}

class SafeRenderer extends Renderer {
  override html({ text }: { text: string }): string {
    return escapeHtml(text)
  }

  /** A picture is never loaded: its description stands in its place, its address can be asked for like a link's. */
  override image({ href, text }: { href: string; text: string }): string {
    return addressButton(href, escapeHtml(text === '' ? href : text))
  }

  override link({ href, tokens }: { href: string; tokens: Token[] }): string {
    return addressButton(href, this.parser.parseInline(tokens))
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
}

const parser = new Parser({ gfm: true, breaks: true, renderer: new SafeRenderer() })

/** A link is a button: nothing is opened before the person has read the address and agreed. */
function addressButton(href: string, label: string): string {
  const address = readableAddress(href)
  if (address === null) return label
  return `<button type="button" class="address" data-address="${escapeHtml(address)}">${label}</button>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
