import type { GenerationOptions, MessageOptions, Question } from '../../contract/domains/chat.ts'

/** What is stored with a question and its answer. */
export function messageOptionsOf({ options, format, verifyPremise }: Question): MessageOptions {
  return { ...options, ...askingOf({ format, verifyPremise }) }
}

/** Whether a question brings anything of how it wants to be asked. */
export function saysHow({ options, format, verifyPremise }: Question): boolean {
  return options !== undefined || format !== undefined || verifyPremise !== undefined
}

/** The options of an answer that is written once more: asked as it was, with other parameters where such are given. */
export function retryOptions(stored: MessageOptions, given: GenerationOptions | undefined): MessageOptions {
  return given === undefined ? stored : { ...given, ...askingOf(stored) }
}

function askingOf({ format, verifyPremise }: Pick<MessageOptions, 'format' | 'verifyPremise'>): MessageOptions {
  return { ...(format === undefined || format.type === 'free' ? {} : { format }), ...(verifyPremise === true ? { verifyPremise } : {}) }
}
