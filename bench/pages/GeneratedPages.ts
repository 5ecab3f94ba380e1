import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { template } from '../../main/contract/domains/template.ts'
import type { Scalar } from '../../main/contract/domains/extraction.ts'
import type { Template } from '../../main/contract/domains/template.ts'
import { samplePath } from '../samples.ts'
import type { BenchPicture } from '../speed/BenchPictures.ts'
import { Dice } from './Dice.ts'
import { layOutPage } from './layOutPage.ts'
import type { LaidOutPage } from './layOutPage.ts'
import { paintPage, pageSide } from './paintPage.ts'
import { usualWear } from './wear.ts'
import type { Wear } from './wear.ts'
import { amountFields, dateFields, fieldWords, pageFields, strangeKeys } from './words.ts'
import type { PageField } from './words.ts'

/** A page to be read, what is asked of it, and what is right. */
export interface PageTask extends BenchPicture {
  readonly template: Template
  /** By the names of the template's fields; null for what is not on the page. */
  readonly truth: Readonly<Record<string, Scalar>>
}

/** Pages of the demo model's world in files that go with them. Same seed, same page; none of them was trained on. */
export class GeneratedPages {
  readonly #folder = mkdtempSync(join(tmpdir(), 'llava-desk-pages-'))

  /** `keys`: what is asked for; else some of what is there and some that is not, as training asked. */
  async make(seed: number, wearOf: (dice: Dice) => Wear = usualWear, keys?: (dice: Dice, page: LaidOutPage) => string[]): Promise<PageTask> {
    const dice = new Dice(seed)
    const page = layOutPage(dice)
    const pixels = await paintPage(page, dice, wearOf(dice))
    const names = (keys ?? askedKeys)(dice, page)
    return { ...(await this.#picture(`page ${seed}`, pixels)), template: templateFor(names), truth: Object.fromEntries(names.map((name) => [name, truthOf(name, page)])) }
  }

  /** The demo model's sample pages with their records; the pictures of shapes, too. */
  async samples(): Promise<PageTask[]> {
    const { images } = JSON.parse(readFileSync(samplePath('expected.json'), 'utf8')) as { images: { file: string; extraction: { fields: string[]; expected: Record<string, Scalar> } }[] }
    return await Promise.all(
      images.map(async ({ file, extraction: { fields, expected } }) => {
        // Squared for both sides: llama.cpp pads otherwise than LLaVA.
        const pixels = await sharp(samplePath(file)).resize(pageSide, pageSide, { fit: 'contain', background: { r: 122, g: 116, b: 104 } }).removeAlpha().raw().toBuffer()
        return { ...(await this.#picture(file, pixels)), template: templateFor(fields), truth: expected }
      }),
    )
  }

  /** A picture of nothing, asked for everything that pages have. */
  async noise(seed: number): Promise<PageTask> {
    const dice = new Dice(seed)
    const pixels = Buffer.from(Uint8Array.from({ length: pageSide * pageSide * 3 }, () => dice.random.below(256)))
    return { ...(await this.#picture(`noise ${seed}`, pixels)), template: templateFor(pageFields), truth: {} }
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #picture(key: string, pixels: Buffer): Promise<BenchPicture> {
    const [path, file] = [join(this.#folder, `${key}.ppm`), join(this.#folder, `${key}.png`)]
    writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${pageSide} ${pageSide}\n255\n`), pixels]))
    await sharp(pixels, { raw: { width: pageSide, height: pageSide, channels: 3 } }).png().toFile(file)
    return { key, path, file, encoded: readFileSync(file).toString('base64') }
  }
}

const fieldOf = new Map(pageFields.flatMap((field) => fieldWords[field].keys.map((key) => [key as string, field] as const)))

/** Every field by its usual name. */
export function templateFor(names: readonly string[]): Template {
  return template.parse({ format: 'llava-desk-template/1', title: 'Pages', fields: names.map((name) => ({ name, type: typeOf(fieldOf.get(name)) })) })
}

function typeOf(field: PageField | undefined): 'money' | 'date' | 'text' {
  if (field === undefined) return 'text'
  return amountFields.includes(field) ? 'money' : dateFields.includes(field) ? 'date' : 'text'
}

function truthOf(name: string, page: LaidOutPage): Scalar {
  if (name === 'document_type') return page.kind === 'card' ? 'ID card' : page.kind
  const field = fieldOf.get(name)
  return field === undefined ? null : (page.values[field] ?? null)
}

/** One to six names, as `json_keys` of `resources/demo-model/train.py` draws them: three in four on the page. */
function askedKeys(dice: Dice, { values }: LaidOutPage): string[] {
  const names: string[] = []
  const left = { present: dice.shuffled(pageFields.filter((field) => field in values)), absent: dice.shuffled(pageFields.filter((field) => !(field in values))), strange: dice.shuffled([...strangeKeys, 'document_type']) }
  for (let count = dice.of([1, 2, 2, 3, 3, 4, 4, 5, 6]); count > 0; count--) {
    const chosen = dice.random.unit()
    const field = (chosen < 0.72 ? left.present.pop() : undefined) ?? (chosen < 0.9 ? left.absent.pop() : undefined)
    if (field === undefined) names.push(left.strange.pop()!)
    else names.push(dice.chance(0.5) ? fieldWords[field].keys[0] : dice.of<string>(fieldWords[field].keys))
  }
  return dice.shuffled(names)
}
