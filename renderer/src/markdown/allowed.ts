/** Every element an answer may consist of: nothing that loads, runs, submits or leads away. */
export const allowedTags = [
  'p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'button',
  'h3', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
] as const

export const allowedAttributes = ['start', 'align', 'data-address', 'type', 'class'] as const
