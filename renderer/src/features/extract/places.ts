import type { Words } from '../../i18n/Words.svelte.ts'
import type { Desk } from '../../state/Desk.svelte.ts'
import type { ExtractPlace } from '../../state/place.ts'

/** What the window is called while a screen of the Extract page shows. */
export function extractTitle({ words, templates, runs }: Desk, place: ExtractPlace): string {
  switch (place.view) {
    case 'templates':
    case 'runs':
      return words.t('extract.title')
    case 'template':
      return (place.template === null ? '' : (templates.find(place.template)?.template.title ?? '')) || words.t('templates.newTitle')
    case 'run':
      return runs.find(place.run)?.name ?? words.t('extract.title')
  }
}

/** Where the button at the top leads. */
export function backLabel(words: Words, place: ExtractPlace): string {
  if (place.view === 'template') return words.t('extract.backTemplates')
  if (place.view === 'run') return place.review ? words.t('extract.backRun') : words.t('extract.backRuns')
  return words.t('models.back')
}
