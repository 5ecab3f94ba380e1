import { expect, test } from 'vitest'
import type { Message } from '../../contract/domains/chat.ts'
import type { Premise } from '../../contract/domains/format.ts'
import { askedText } from '../../contract/answerWords.ts'
import { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { answerSteps } from './answerSteps.ts'

const letter = { type: 'letter', options: ['a', 'b'] } as const
const asked = { text: 'Why?', format: { ...letter, options: [...letter.options] } } as Message

test.each<[Premise['verdict'] | null, RegExp]>([
  [null, /USER: Why\?\nA\. a\nB\. b\n.* ASSISTANT: It$/],
  ['holds', /USER: Why\?\nA\. a\nB\. b\n.* ASSISTANT: It$/],
  ['fails', /USER: If there are factual errors .* Why\? ASSISTANT: It$/],
])('an answer whose premise %s goes on without another check, and without a grammar', async (verdict, prompt) => {
  const engine = new ScriptedEngine()
  engine.retry()
  const goesOn = { ...asked, ...(verdict === null ? {} : { premise: { verdict, milliseconds: 1 } }) }
  const turns = (words = (question: Message) => askedText(question.text, question.format)) => [{ question: words(asked), images: [], answer: null }]
  const question = { conversation: 'c', options: { format: asked.format, verifyPremise: true }, templateOf: () => null, keep: true, goesOn, turns }
  const types: string[] = []
  for await (const step of answerSteps(engine, question, new AbortController().signal)) types.push(step.type)
  expect([engine.generated.length, engine.generated[0]?.grammar, types.includes('premise')]).toEqual([1, null, false])
  const text = engine.generated[0]?.prompt.map((part) => (part.type === 'text' ? part.text : '')).join('')
  expect(`${text ?? ''} It`).toMatch(prompt)
})
