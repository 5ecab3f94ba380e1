import type { Words } from '../../i18n/Words.svelte.ts'
import type { Review } from '../../state/Review.svelte.ts'
import type { ReviewNews } from '../../state/reviewNews.ts'
import { labelOfPath, recordName } from './cellText.ts'

/** What happened in a review, for the ear. Where the focus went is read by itself. */
export function reviewSentence(words: Words, review: Pick<Review, 'fields' | 'store'>, news: ReviewNews): string {
  if (!('record' in news)) return 'cells' in news ? words.t('review.said.arrived', { count: news.cells, number: words.number(news.cells) }) : words.t(`review.said.${news.kind}`)
  const record = review.store.find(news.record)
  const values = { field: labelOfPath(review.fields, news.field), name: record === null ? '' : recordName(words, record) }
  if (news.kind === 'saveFailed') return words.t('review.said.saveFailed', values)
  const { cells } = news
  const several = { ...values, count: cells, number: words.number(cells) }
  if (news.kind === 'acceptedRecord') return words.t('review.said.acceptedRecord', several)
  if (news.kind === 'undone' && cells > 1) return words.t('review.said.undoneMany', several)
  if (news.kind === 'redone' && cells > 1) return words.t('review.said.redoneMany', several)
  if (news.kind === 'readAgain' && cells > 1) return words.t('review.said.readMany', several)
  return words.t(`review.said.${news.kind}`, values)
}
