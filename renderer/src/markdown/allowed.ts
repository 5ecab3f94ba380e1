/** Every element an answer may consist of: nothing that loads, runs, submits or leads away. */
export const allowedTags = [
  'p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'button', 'span',
  'h3', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
] as const

export const allowedAttributes = ['start', 'align', 'data-address', 'type', 'class'] as const

/** What formulas consist of besides: MathML Core without links, foreign content and styles. */
export const mathTags = [
  'math', 'mrow', 'mi', 'mn', 'mo', 'mtext', 'ms', 'mspace', 'msup', 'msub', 'msubsup', 'mfrac', 'msqrt', 'mroot', 'munder', 'mover',
  'munderover', 'mtable', 'mtr', 'mtd', 'mpadded', 'mphantom', 'mstyle', 'mprescripts', 'mmultiscripts', 'menclose', 'merror',
] as const

export const mathAttributes = [
  'accent', 'accentunder', 'columnalign', 'columnlines', 'columnspacing', 'columnspan', 'display', 'displaystyle', 'fence', 'form', 'largeop',
  'linebreak', 'linethickness', 'lspace', 'mathvariant', 'maxsize', 'minsize', 'movablelimits', 'notation', 'rowlines', 'rowspacing', 'rowspan',
  'rspace', 'scriptlevel', 'separator', 'stretchy', 'symmetric', 'width', 'height', 'depth', 'voffset',
] as const
