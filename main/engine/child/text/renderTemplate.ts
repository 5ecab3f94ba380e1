import { Template } from '@huggingface/jinja'
import type { TemplateMessage } from '../../protocol.ts'

/** Texts of the tokens that begin and end a document; empty where the vocabulary has none. */
export interface Ends {
  readonly bos: string
  readonly eos: string
}

/** Given to templates with every part. A template that knows no parts writes them out as data, and this with them. */
const trap = '\uE0FFparts\uE0FF'

/**
 * Renders a chat template with the variables llama.cpp gives it (`common/chat.cpp`). Throws what the template throws, what is
 * wrong with it, and where it wrote parts out as data instead of their contents.
 *
 * [Note: Templates run in the engine] A chat template is a program from a stranger: it may loop without end or fill the memory.
 * Jinja gives it no way out of its own values, and this process is the one that may be killed at any time.
 */
export function renderTemplate(source: string, messages: readonly TemplateMessage[], { bos, eos }: Ends): string {
  const given = messages.map(({ role, content }) => ({ role, content: typeof content === 'string' ? content : content.map(toPart) }))
  const text = new Template(source).render({ messages: given, bos_token: bos, eos_token: eos, add_generation_prompt: true })
  if (text.includes(trap)) throw new Error('it takes text alone')
  return text
}

function toPart(part: Exclude<TemplateMessage['content'], string>[number]): Record<string, string> {
  // Pixtral's first template reads a text from `content`, all others from `text`.
  return part.type === 'image' ? { type: 'image', trap } : { type: 'text', text: part.text, content: part.text, trap }
}
