/** The sentences of how answers are shown, in English; part of `en`. */
export const renderEn = {
  'answer.picture': 'Picture, not loaded:',
  'answer.left_one': '{{number}} more character is not shown.',
  'answer.left_other': '{{number}} more characters are not shown.',
  'answer.more': 'Show more',
  'code.wrap': 'Break long lines',
  'table.region': 'Table',
  'table.showAll_one': 'Show {{number}} more row',
  'table.showAll_other': 'Show {{number}} more rows',
  'table.copyCsv': 'Copy as CSV',
  'table.copyMarkdown': 'Copy as Markdown',
  'link.goesTo': 'Leads to',
  'link.writesTo': 'Writes an e-mail to',
  'link.looksLike': 'This name has letters beyond a to z. It is written “{{name}}”, and may only look like a name you know.',
} as const satisfies Record<string, string>
