import { describe, expect, it } from 'vitest'
import type { TemplateMessage } from '../../protocol.ts'
import { FakeVocabulary } from '../testing/FakeVocabulary.ts'
import { endsOf, writeWithTemplate } from './chatTemplate.ts'

const controls = ['<s>', '</s>', '<|user|>', '<|unused|>']
const ends = { bos: '<s>', eos: '</s>' }
const hello: TemplateMessage[] = [{ role: 'user', content: 'Hello' }]

function write(source: string | null, messages = hello, addsBos = true) {
  return writeWithTemplate(new FakeVocabulary(source, controls, addsBos), ends, 'a model', messages)
}
const failure = (detail: unknown) => expect.objectContaining({ code: 'TEMPLATE_FAILED', params: { model: 'a model', detail } }) as unknown

describe('writeWithTemplate', () => {
  it('gives the template messages, BOS, EOS and the wish for an answer', () => {
    const source = "{% for m in messages %}<|{{ m.role }}|>{{ m['content'] }}{{ eos_token }}{% endfor %}{{ bos_token }}{% if add_generation_prompt %}answer{% endif %}"
    expect(write(source)).toEqual({ text: '<|user|>Hello</s><s>answer', controls: ['<|user|>', '</s>', '<s>'] })
  })

  it('leaves BOS out where the tokenizer adds it, and only there', () => {
    expect(write('{{ bos_token }}{{ bos_token }}x')).toEqual({ text: '<s>x', controls: ['<s>'] })
    expect(write('{{ bos_token }}x', hello, false)).toEqual({ text: '<s>x', controls: ['<s>'] })
  })

  it('takes for control tokens what the vocabulary has as such, also where the template puts one together', () => {
    expect(write("<|user|><|nothing|><s{{ '>' }}").controls).toEqual(['<|user|>', '<s>'])
  })

  it('hands over parts, with the text under both names templates know', () => {
    const content = [{ type: 'image' as const }, { type: 'text' as const, text: 'Hello' }]
    const source = "{% for part in messages[0].content %}{{ part.type }}{% if part.type == 'text' %}:{{ part.text }}:{{ part['content'] }}{% endif %} {% endfor %}"
    expect(write(source, [{ role: 'user', content }]).text).toBe('image text:Hello:Hello ')
  })

  it('refuses a template that writes parts out as data', () => {
    const content = [{ type: 'text' as const, text: 'Hello' }]
    for (const source of ['{{ messages[0].content }}', "{{ 'user: ' + messages[0].content }}", '{{ messages[0] | tojson }}'])
      expect(() => write(source, [{ role: 'user', content }])).toThrow(failure('it takes text alone'))
  })

  it.each([
    ['none', null, 'it has none'],
    ['one that does not end', '{% for m in messages %}', expect.any(String)],
    ['one with a mistake', "{{ messages[0].nothing + '!' }}", expect.any(String)],
    ['one that refuses, in words a terminal would obey', "{{ raise_exception('Only \u001b[31mred\\nroses') }}", 'Only [31mred roses'],
    ['one that refuses at length', `{{ raise_exception('${'long '.repeat(100)}') }}`, 'long '.repeat(40)],
    ['one that is too deep', `{{ ${'('.repeat(20_000)} }}`, expect.stringContaining('call stack')],
  ])('says why it cannot use %s', (_, source, detail) => {
    expect(() => write(source)).toThrow(failure(detail))
  })
})

describe('endsOf', () => {
  it('finds the texts of the ids in the header', () => {
    const model = new FakeVocabulary(null, controls, true)
    const metadata = new Map([['tokenizer.ggml.bos_token_id', model.idOf('<s>')], ['tokenizer.ggml.eos_token_id', model.idOf('</s>')]])
    expect(endsOf(model, metadata)).toEqual(ends)
  })

  it('leaves empty what is missing or outside of the vocabulary', () => {
    expect(endsOf(new FakeVocabulary(null, controls, true), new Map([['tokenizer.ggml.bos_token_id', 0xffffffff]]))).toEqual({ bos: '', eos: '' })
  })
})
