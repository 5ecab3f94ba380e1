import createDOMPurify, { type Config, type DOMPurify, type WindowLike } from 'dompurify'
import { allowedAttributes, allowedTags, mathAttributes, mathTags } from './allowed.ts'

const config: Config = {
  ALLOWED_TAGS: [...allowedTags, ...mathTags],
  ALLOWED_ATTR: [...allowedAttributes, ...mathAttributes],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
}

/** Lets through what an answer may consist of and nothing else. */
export class Sanitiser {
  readonly #purify: DOMPurify

  constructor(window: WindowLike) {
    this.#purify = createDOMPurify(window)
  }

  sanitise(html: string): string {
    return this.#purify.sanitize(html, config)
  }
}
