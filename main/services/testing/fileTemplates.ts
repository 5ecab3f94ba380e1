import { FakeVocabulary } from '../../engine/child/testing/FakeVocabulary.ts'
import { writeWithTemplate } from '../../engine/child/text/chatTemplate.ts'
import type { TemplateMessage } from '../../engine/protocol.ts'
import type { EmbeddedTemplate } from '../prompt/embeddedPrompt.ts'

/** A chat template as a model's file has it, with what of the model it depends on. */
export interface FileTemplate {
  readonly source: string
  readonly controls: readonly string[]
  readonly bos: string
  readonly eos: string
  readonly addsBos: boolean
  readonly projector: string | null
}

/** The engine's own rendering, over a vocabulary of characters and these control tokens. */
export function embeddedTemplate({ source, controls, bos, eos, addsBos, projector }: FileTemplate): EmbeddedTemplate {
  const vocabulary = new FakeVocabulary(source, controls, addsBos)
  const render = (messages: readonly TemplateMessage[]) => new Promise<{ text: string; controls: string[] }>((resolve) => resolve(writeWithTemplate(vocabulary, { bos, eos }, 'a model', messages)))
  return { render, projector, model: 'a model' }
}

const chatml = ['<|im_start|>', '<|im_end|>', '<|endoftext|>']
const chatmlEnds = { bos: '<|endoftext|>', eos: '<|im_end|>', addsBos: false }
const gemma = { controls: ['<bos>', '<eos>', '<start_of_turn>', '<end_of_turn>', '<start_of_image>', '<end_of_image>'], bos: '<bos>', eos: '<eos>', addsBos: true }
const mistral = { controls: ['<s>', '</s>', '[INST]', '[/INST]', '[SYSTEM_PROMPT]', '[/SYSTEM_PROMPT]', '[IMG]', '[IMG_END]'], bos: '<s>', eos: '</s>', addsBos: true }

/**
 * Templates of the families, cut down to what decides their prompts: what they write around a turn, how they take a system
 * text, pictures and parts. Named after the models whose templates have this structure.
 */
export const fileTemplates = {
  /** Qwen2-VL, Qwen2.5-VL: contents as a string or as parts; a system text of its own; the picture's tokens in one run. */
  qwen2vl: {
    source: `{% for m in messages %}{% if loop.first and m['role'] != 'system' %}<|im_start|>system
You are a helpful assistant.<|im_end|>
{% endif %}<|im_start|>{{ m['role'] }}
{% if m['content'] is string %}{{ m['content'] }}<|im_end|>
{% else %}{% for part in m['content'] %}{% if part['type'] == 'image' or 'image' in part %}<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in part %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`,
    controls: [...chatml, '<|vision_start|>', '<|vision_end|>', '<|image_pad|>'],
    ...chatmlEnds,
    projector: 'qwen2vl_merger',
  },
  /** Qwen3-VL: the same through a macro, without a system text of its own. */
  qwen3vl: {
    source: `{%- macro contents(content) %}
    {%- if content is string %}{{- content }}
    {%- else %}
        {%- for part in content %}
            {%- if part.type == 'image' or 'image_url' in part %}{{- '<|vision_start|><|image_pad|><|vision_end|>' }}
            {%- elif 'text' in part %}{{- part.text }}{%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}
{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + contents(m.content) + '<|im_end|>\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`,
    controls: [...chatml, '<|vision_start|>', '<|vision_end|>', '<|image_pad|>'],
    ...chatmlEnds,
    projector: 'qwen3vl_merger',
  },
  /** Gemma 3: the system text leads the first question; roles must take turns; every content is trimmed. */
  gemma3: {
    source: `{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}{%- set lead = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}{%- set lead = messages[0]['content'][0]['text'] + '\\n\\n' -%}{%- endif -%}
    {%- set turns = messages[1:] -%}
{%- else -%}{%- set lead = '' -%}{%- set turns = messages -%}{%- endif -%}
{%- for m in turns -%}
    {%- if (m['role'] == 'user') != (loop.index0 % 2 == 0) -%}{{ raise_exception('Roles must alternate') }}{%- endif -%}
    {{ '<start_of_turn>' + ('model' if m['role'] == 'assistant' else m['role']) + '\\n' + (lead if loop.first else '') }}
    {%- if m['content'] is string -%}{{ m['content'] | trim }}
    {%- else -%}{%- for part in m['content'] -%}
        {%- if part['type'] == 'image' -%}{{ '<start_of_image>' }}{%- elif part['type'] == 'text' -%}{{ part['text'] | trim }}{%- endif -%}
    {%- endfor -%}{%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<start_of_turn>model\\n' }}{%- endif -%}`,
    ...gemma,
    projector: 'gemma3',
  },
  /** Gemma 2: text alone, and no system message. */
  gemma2: {
    source: `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for m in messages %}{{ '<start_of_turn>' + ('model' if m['role'] == 'assistant' else m['role']) + '\\n' + m['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}`,
    ...gemma,
    projector: null,
  },
  /** SmolVLM, SmolVLM2, Idefics 3: contents as parts and nothing else; no space after the colon where a picture follows. */
  smolvlm: {
    source: `<|im_start|>{% for m in messages %}{{ m['role'] | capitalize }}{% if m['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}{% for part in m['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% elif part['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>
{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}`,
    controls: ['<|im_start|>', '<end_of_utterance>', '<image>', '<fake_token_around_image>', '<global-img>'],
    bos: '<|im_start|>',
    eos: '<end_of_utterance>',
    addsBos: false,
    projector: 'idefics3',
  },
  /** MiniCPM-V 2.6 to 4.5: the language model's ChatML, which takes text alone. */
  minicpmv: {
    source: `{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`,
    controls: [...chatml, '<image>', '</image>', '<slice>', '</slice>'],
    ...chatmlEnds,
    projector: 'resampler',
  },
  /** InternVL3 as transformers converts it: the newline after a picture comes from the template. */
  internvl3: {
    source: `{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' }}{% if m['content'] is string %}{{ m['content'] }}{% else %}{% for part in m['content'] %}{% if part['type'] == 'image' %}{{ '<IMG_CONTEXT>\\n' }}{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`,
    controls: [...chatml, '<img>', '</img>', '<IMG_CONTEXT>'],
    ...chatmlEnds,
    projector: 'internvl',
  },
  /** Mistral Small 3.1, Pixtral: a system text of its own, control tokens without a word between, no words before an answer. */
  mistral3: {
    source: `{%- set today = strftime_now('%Y') %}{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}{%- set system = messages[0]['content'] if messages[0]['content'] is string else messages[0]['content'][0]['text'] %}{%- set turns = messages[1:] %}
{%- else %}{%- set system = 'Now is after ' + today %}{%- set turns = messages %}{%- endif %}
{{- '[SYSTEM_PROMPT]' + system + '[/SYSTEM_PROMPT]' }}
{%- for m in turns %}
    {%- if m['role'] == 'user' %}
        {%- if m['content'] is string %}{{- '[INST]' + m['content'] + '[/INST]' }}
        {%- else %}{{- '[INST]' }}{%- for part in m['content'] %}{%- if part['type'] == 'text' %}{{- part['text'] }}{%- elif part['type'] in ['image', 'image_url'] %}{{- '[IMG]' }}{%- endif %}{%- endfor %}{{- '[/INST]' }}{%- endif %}
    {%- else %}{{- (m['content'] if m['content'] is string else m['content'][0]['text']) + eos_token }}{%- endif %}
{%- endfor %}`,
    ...mistral,
    projector: 'pixtral',
  },
  /** Mistral 7B 0.3: the system text stands before the last question. */
  mistralInstruct: {
    source: `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] + '\\n\\n' %}{% set turns = messages[1:] %}{% else %}{% set system = '' %}{% set turns = messages %}{% endif %}{% for m in turns %}{% if m['role'] == 'user' %}{{ '[INST] ' + (system if loop.last else '') + m['content'] + '[/INST]' }}{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}`,
    ...mistral,
    projector: null,
  },
} as const satisfies Record<string, FileTemplate>
