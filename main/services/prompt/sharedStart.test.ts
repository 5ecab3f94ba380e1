import { expect, it } from 'vitest'
import { buildPrompt } from './buildPrompt.ts'
import type { DraftPart } from './buildPrompt.ts'
import { sharedStart } from './sharedStart.ts'
import { templates } from './templates.ts'

const text = (words: string, trusted = false): DraftPart<string> => ({ type: 'text', text: words, trusted })

it('ends where the texts part, without the white space before', () => {
  expect(sharedStart([text('USER: one')], [text('USER: two')])).toEqual([text('USER:')])
  expect(sharedStart([text('a')], [text('b')])).toEqual([])
})

it('goes over pictures and control tokens that are the same, and no further than the shorter prompt', () => {
  const picture: DraftPart<string> = { type: 'image', image: 'p' }
  expect(sharedStart([text('a'), picture, text('</s>', true), text('b c')], [text('a'), picture, text('</s>', true), text('b d')])).toEqual([text('a'), picture, text('</s>', true), text('b')])
  expect(sharedStart([text('a'), picture], [text('a')])).toEqual([text('a')])
  expect(sharedStart([text('a'), picture], [text('a'), { type: 'image', image: 'q' }])).toEqual([text('a')])
})

it('takes ordinary words for no control token of the same spelling', () => {
  expect(sharedStart([text('</s>', true)], [text('</s>')])).toEqual([])
})

it('is what any next question of a conversation begins with', () => {
  const asked = { question: 'What is it?', images: ['p'], answer: 'A boat.' }
  const next = (question: string) => buildPrompt(templates.llava_v1, templates.llava_v1.systemText, [asked, { question, images: [], answer: null }])
  const start = sharedStart(next('1'), next('2'))
  expect(start.slice(-2)).toEqual([text('</s>', true), text('USER:')])
  expect(next('How large?').slice(0, start.length - 1)).toEqual(start.slice(0, -1))
})
