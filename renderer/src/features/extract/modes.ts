import type { Words } from '../../i18n/Words.svelte.ts'

/** How a page is read, with what each way is good for. */
export function modeChoices(words: Words): readonly { readonly value: 'auto' | 'fields' | 'whole'; readonly label: string; readonly hint: string }[] {
  return [
    { value: 'auto', label: words.t('mode.auto'), hint: words.t('mode.autoHint') },
    { value: 'fields', label: words.t('mode.fields'), hint: words.t('mode.fieldsHint') },
    { value: 'whole', label: words.t('mode.whole'), hint: words.t('mode.wholeHint') },
  ]
}
