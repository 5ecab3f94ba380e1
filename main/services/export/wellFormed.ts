/** A text without halves of characters, which neither UTF-8 nor XML can hold. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd')
