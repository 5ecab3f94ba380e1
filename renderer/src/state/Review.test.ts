import { describe, expect, it } from 'vitest'
import type { ExtractionRecord, Review as CellReview, Run } from '../../../main/contract/domains/extraction.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { Review } from './Review.svelte.ts'
import { cellOf, edited, recordOf, runOf, runsClientOf } from './testing/records.ts'

const unsure = { status: 'unsure', confidence: 0.5 } as const
const fields = [{ type: 'text', name: 'vendor' }, { type: 'money', name: 'total' }] as const

/** Services with a run of these records, which the test changes and tells of. */
async function reviewOf(records: ExtractionRecord[]) {
  const services = { records, fail: false, threshold: 0 }
  const tell: ((runs: Run[]) => void)[] = []
  const stop = new AbortController()
  const runNow = () => runOf([...fields], { counts: { waiting: 0, reading: 0, done: services.records.length, failed: 0, skipped: 0 }, threshold: services.threshold })
  async function* watch() {
    yield [runNow()]
    while (!stop.signal.aborted) yield await new Promise<Run[]>((resolve) => tell.push(resolve))
  }
  const review = new Review(
    runsClientOf({
      watch: () => Promise.resolve(watch()),
      records: ({ from = 0, count = 200 }) => Promise.resolve({ records: services.records.slice(from, from + count), total: services.records.length }),
      review: ({ record, field, review: made }) => {
        if (services.fail) return Promise.reject(new AppError('DISK_FULL', { path: '/data' }))
        const found = services.records.find(({ id }) => id === record)!
        const reviews = Object.fromEntries(Object.entries({ ...found.reviews, [field]: made }).filter(([, value]) => value !== null)) as Record<string, CellReview>
        services.records = services.records.map((other) => (other.id === record ? { ...found, reviews } : other))
        return Promise.resolve({ ...found, reviews })
      },
      readAgain: ({ record, fields: names }) => Promise.resolve({ ...services.records.find(({ id }) => id === record)!, cells: { vendor: cellOf('A'), total: cellOf(names.length) } }),
    }),
    'run',
    ({ template }) => template,
  )
  void review.watch(stop.signal)
  await turns()
  const come = async (...more: ExtractionRecord[]) => {
    services.records.push(...more)
    tell.shift()?.([runNow()])
    await turns()
  }
  return { review, services, come, stop: () => stop.abort() }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve))
}

const three = () => [
  recordOf('a', { vendor: cellOf('A'), total: cellOf(1, unsure) }),
  recordOf('b', { vendor: cellOf('B', unsure), total: cellOf(2, { status: 'failedCheck', checks: [{ code: 'sum', params: {} }] }) }),
  recordOf('c', { vendor: cellOf('C'), total: cellOf(3) }),
]

describe('a review', () => {
  it('begins at the first cell to review', async () => {
    const { review } = await reviewOf(three())
    expect([review.current, review.count]).toEqual([{ record: 'a', field: 'total' }, { left: 3, all: 3 }])
  })

  it('goes on to the next cell after each that was accepted, until nothing is left', async () => {
    const { review, services } = await reviewOf(three())
    const seen: unknown[] = []
    for (let presses = 0; presses < 3; presses++) {
      seen.push(review.current)
      review.accept()
    }
    expect(seen).toEqual([{ record: 'a', field: 'total' }, { record: 'b', field: 'vendor' }, { record: 'b', field: 'total' }])
    expect([review.count.left, review.news?.kind, review.current]).toEqual([0, 'nothingLeft', { record: 'b', field: 'total' }])
    await turns()
    expect(services.records.map(({ reviews }) => Object.keys(reviews))).toEqual([['total'], ['vendor', 'total'], []])
  })

  it('goes back to where a step was made when it is undone', async () => {
    const { review } = await reviewOf(three())
    review.accept()
    review.markUnreadable()
    review.undo()
    expect([review.current, review.count.left]).toEqual([{ record: 'b', field: 'vendor' }, 2])
    review.undo()
    expect([review.current, review.count.left]).toEqual([{ record: 'a', field: 'total' }, 3])
    review.undo()
    expect(review.news?.kind).toBe('nothingToUndo')
  })

  it('redoes what was undone where it was made, until something else is done', async () => {
    const { review } = await reviewOf(three())
    review.accept()
    review.acceptRecord()
    review.undo()
    review.undo()
    review.redo()
    expect([review.current, review.news, review.count.left]).toEqual([{ record: 'a', field: 'total' }, { kind: 'redone', record: 'a', field: 'total', cells: 1 }, 2])
    review.redo()
    expect([review.current, review.news, review.count.left]).toEqual([{ record: 'b', field: 'vendor' }, { kind: 'redone', record: 'b', field: 'vendor', cells: 2 }, 0])
    review.undo()
    review.markUnreadable()
    review.redo()
    expect([review.news?.kind, review.count.left]).toEqual(['nothingToRedo', 1])
  })

  it('has a page drawn once, and anew where that is asked for', async () => {
    const asked: string[] = [], answers: (() => Promise<unknown>)[] = [
      () => Promise.reject(new AppError('PAGE_DAMAGED', { name: 'a.pdf', page: 1, detail: 'cut' })),
      () => Promise.resolve({ image: '1', width: 1, height: 1 }),
    ]
    const client = runsClientOf({
      page: ({ item }) => {
        asked.push(item)
        return answers.shift()?.()
      },
    })
    const review = new Review(client, 'run', ({ template }) => template)
    await Promise.all([review.loadPage('i'), review.loadPage('i')])
    await review.loadPage('i')
    expect([asked, review.pages.get('i')]).toMatchObject([['i'], { error: { code: 'PAGE_DAMAGED' } }])
    const again = review.loadPage('i', true)
    expect(review.pages.get('i')).toBeUndefined()
    await again
    expect([asked, review.pages.get('i')]).toEqual([['i', 'i'], { image: '1', width: 1, height: 1 }])
  })

  it('does not take an edit for accepted', async () => {
    const { review } = await reviewOf(three())
    review.edit({ record: 'a', field: 'total' }, edited(9).content)
    expect(review.current).toEqual({ record: 'a', field: 'total' })
    review.accept()
    expect([review.changes.of(review.store.find('a')!, 'total'), review.current]).toEqual([edited(9), { record: 'b', field: 'vendor' }])
  })

  it('accepts the rest of a record as one step', async () => {
    const { review } = await reviewOf(three())
    review.edit({ record: 'a', field: 'total' }, edited(9).content)
    review.acceptRecord()
    const a = review.store.find('a')!
    expect([review.changes.of(a, 'vendor'), review.changes.of(a, 'total')]).toEqual([{ state: 'accepted' }, edited(9)])
    review.undo()
    expect([review.changes.of(a, 'vendor'), review.changes.of(a, 'total')]).toEqual([null, edited(9)])
  })

  it('rolls back what could not be saved, and says so', async () => {
    const { review, services } = await reviewOf(three())
    services.fail = true
    review.accept()
    expect(review.count.left).toBe(2)
    await turns()
    expect([review.count.left, review.news?.kind, review.changes.failures.length]).toEqual([3, 'saveFailed', 1])
  })

  it('lets records come in without moving the person', async () => {
    const { review, come } = await reviewOf(three())
    review.next(1)
    const before = review.current
    await come(recordOf('d', { vendor: cellOf('D'), total: cellOf(4, unsure) }))
    expect([review.current, review.store.list.length, review.count.left, review.news]).toEqual([before, 4, 4, { kind: 'arrived', cells: 1 }])
  })

  it('shows what the filter is about, and the record in view whatever becomes of it', async () => {
    const { review } = await reviewOf(three())
    const shown = () => review.visible.map(({ id }) => id)
    expect(shown()).toEqual(['a', 'b'])
    review.setFilter('failed')
    expect([shown(), review.current]).toEqual([['b'], { record: 'b', field: 'total' }])
    review.setFilter('all')
    expect(shown()).toEqual(['a', 'b', 'c'])
    review.setFilter('toReview')
    review.acceptRecord()
    expect(review.current).toEqual({ record: 'a', field: 'total' })
    expect(shown()).toEqual(['a'])
  })

  it('goes through records, and says where they end', async () => {
    const { review } = await reviewOf(three())
    expect([review.moveRecord(1), review.current?.record, review.moveRecord(1), review.news?.kind]).toEqual([true, 'b', false, 'lastRecord'])
  })

  it('takes what was read again from a part of the page', async () => {
    const { review } = await reviewOf(three())
    expect(await review.readAgain(['total'], { x: 0, y: 0, width: 0.5, height: 0.5 })).toBeNull()
    expect([review.record?.cells['total']?.status, review.count, review.rereading]).toEqual(['ok', { left: 2, all: 2 }, null])
  })

  it('does not redo what was said of another value, read before', async () => {
    const { review } = await reviewOf(three())
    review.accept()
    review.undo()
    await turns()
    await review.readAgain(['total'], { x: 0, y: 0, width: 0.5, height: 0.5 })
    review.redo()
    expect([review.news?.kind, review.changes.of(review.store.find('a')!, 'total')]).toEqual(['nothingToRedo', null])
  })
})
