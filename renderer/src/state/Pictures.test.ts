import { describe, expect, it } from 'vitest'
import type { ModelInfo } from '../../../main/contract/domains/model.ts'
import type { PicturePrint } from '../../../main/contract/view.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { Pictures } from './Pictures.svelte.ts'

const sees = (imageSide: number, tokensPerImage: number | null) => ({ imageSide, tokensPerImage }) as ModelInfo
const print = (verdict: PicturePrint['verdict']): PicturePrint => ({ verdict, height: 9, seenHeight: 2 })

function setUp() {
  const asked: string[] = []
  const answers: (PicturePrint | Error)[] = []
  const engine: { model: ModelInfo | null } = { model: sees(336, 576) }
  const client = {
    images: {
      print: ({ id }: { id: string }) => {
        asked.push(id)
        const answer = answers.shift() ?? print('none')
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
    },
  } as unknown as Client
  return { asked, answers, engine, pictures: new Pictures(client, engine) }
}

describe('the print on a picture', () => {
  it('is asked for once, and known from then on', async () => {
    const { asked, answers, pictures } = setUp()
    answers.push(print('tooSmall'))
    expect(pictures.printOf('a')).toBeNull()
    await Promise.all([pictures.look('a'), pictures.look('a')])
    expect(asked).toEqual(['a'])
    expect(pictures.printOf('a')?.verdict).toBe('tooSmall')
  })

  it('is asked for anew for a model that sees otherwise, and holds while that rests', async () => {
    const { asked, answers, engine, pictures } = setUp()
    answers.push(print('tooSmall'), print('legible'))
    await pictures.look('a')
    engine.model = sees(336, null)
    expect(pictures.printOf('a')).toBeNull()
    await pictures.look('a')
    engine.model = null
    expect(pictures.printOf('a')?.verdict).toBe('legible')
    await pictures.look('a')
    expect(asked).toEqual(['a', 'a'])
  })

  it('is asked for again where it could not be told', async () => {
    const { answers, pictures } = setUp()
    answers.push(new Error('gone'), print('legible'))
    await pictures.look('a')
    expect(pictures.printOf('a')).toBeNull()
    await pictures.look('a')
    expect(pictures.printOf('a')?.verdict).toBe('legible')
  })
})
