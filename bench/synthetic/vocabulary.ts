/** A SentencePiece-like vocabulary as llama.cpp's `tokenizer.ggml.model = llama` wants it. */
export interface Vocabulary {
  readonly tokens: readonly string[]
  readonly scores: readonly number[]
  /** `enum llama_token_type`. */
  readonly types: readonly number[]
}

const tokenType = { normal: 1, unknown: 2, control: 3, byte: 6 } as const

/** `<unk>`, `<s>`, `</s>` and the 256 byte tokens, as in LLaMA. */
export const firstPiece = 259

/** Pieces at their ids in LLaMA's vocabulary, as far as the LLaVA prompts need them (the ids are public, in every LLaMA release). */
const llamaPieces: Readonly<Record<number, string>> = {
  263: '▁a', 278: '▁the', 304: '▁to', 319: '▁A', 322: '▁and', 338: '▁is', 385: '▁an', 450: '▁The', 568: 'ite', 1001: 'ER',
  1248: '▁pol', 1404: '▁user', 1546: '▁between', 1724: '▁What', 1799: 'SS', 3001: '▁total', 3148: '▁US', 4076: '▁gives', 5155: '▁questions',
  5199: '▁human', 5618: 'What', 6089: '▁answers', 8444: '▁helpful', 9047: 'IST', 12758: '▁curious', 13173: '▁detailed', 13563: '▁chat',
  13566: 'ANT', 20255: '▁assistant', 21082: '▁intelligence', 23116: '▁artificial',
}

/** LLaMA's single characters start here; those the prompts need stand at their own ids. */
const firstCharacter = 29871
const llamaCharacters: Readonly<Record<number, string>> = {
  29871: '▁', 29872: 'e', 29873: 't', 29874: 'a', 29875: 'i', 29876: 'n', 29877: 'o', 29878: 'r', 29879: 's', 29880: 'l', 29881: 'd',
  29889: '.', 29892: ',', 29901: ':', 29915: "'", 29973: '?',
}

/**
 * A stand-in for LLaMA's vocabulary: 32000 tokens, with LLaMA's ids for the words of the LLaVA prompts and for
 * "What is the total?"; every other ASCII character is a token of its own, the rest is filler that no text reaches.
 * It tokenizes those texts to the ids that the real vocabulary gives.
 */
export function llamaLikeVocabulary(): Vocabulary {
  const pieces = new Map<number, string>(Object.entries({ ...llamaPieces, ...llamaCharacters }).map(([id, piece]) => [Number(id), piece]))
  const taken = new Set(pieces.values())
  const place = (piece: string, from: number): void => {
    if (taken.has(piece)) return
    let id = from
    while (pieces.has(id)) id++
    pieces.set(id, piece)
    taken.add(piece)
  }
  // A piece is only ever built from two pieces, so the beginnings of each must exist too.
  for (const piece of Object.values(llamaPieces)) for (let length = 2; length < piece.length; length++) place(piece.slice(0, length), firstPiece)
  for (const character of asciiCharacters) place(character, firstCharacter)
  return withFiller(pieces, 32000)
}

/** A vocabulary of `size` tokens: every printable ASCII character, the rest filler words. */
export function smallVocabulary(size: number): Vocabulary {
  const characters = ['▁', ...asciiCharacters]
  if (size < firstPiece + characters.length) throw new Error(`a vocabulary needs at least ${firstPiece + characters.length} tokens`)
  return withFiller(new Map(characters.map((character, i) => [size - characters.length + i, character])), size)
}

const asciiCharacters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))

/** Filler is never the result of two pieces, so it changes no tokenization; as output it reads as words. */
function withFiller(pieces: ReadonlyMap<number, string>, size: number): Vocabulary {
  const special = ['<unk>', '<s>', '</s>']
  const tokens = Array.from({ length: size }, (_, id) => {
    if (id < special.length) return special[id] ?? ''
    if (id < firstPiece) return `<0x${(id - 3).toString(16).toUpperCase().padStart(2, '0')}>`
    return pieces.get(id) ?? `▁w${String(id).padStart(5, '0')}`
  })
  return {
    tokens,
    scores: tokens.map((_, id) => (id < firstPiece ? 0 : firstPiece - id)),
    types: tokens.map((_, id) => (id === 0 ? tokenType.unknown : id < 3 ? tokenType.control : id < firstPiece ? tokenType.byte : tokenType.normal)),
  }
}
