/** What an answer may consist of, written a second time on purpose: the app must not be judged by its own list. */
export const allowedTags = [
  'p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'button', 'span', 'h3',
  'table', 'thead', 'tbody', 'tr', 'th', 'td',
]

export const allowedAttributes = ['start', 'align', 'data-address', 'type', 'class']

/** Formulas; no links, no styles, nothing of another language inside. */
export const mathTags = [
  'math', 'mrow', 'mi', 'mn', 'mo', 'mtext', 'mspace', 'msup', 'msub', 'msubsup', 'mfrac', 'msqrt', 'mroot', 'munder', 'mover', 'munderover',
  'mtable', 'mtr', 'mtd', 'mpadded', 'mphantom', 'mstyle',
]

export const mathAttributes = [
  'display', 'displaystyle', 'scriptlevel', 'stretchy', 'fence', 'form', 'lspace', 'rspace', 'movablelimits', 'width', 'height', 'depth', 'voffset',
  'mathvariant', 'minsize', 'maxsize', 'separator', 'accent', 'linethickness', 'symmetric',
]
