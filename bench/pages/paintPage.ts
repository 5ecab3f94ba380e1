import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { Dice } from './Dice.ts'
import { gridSize } from './layOutPage.ts'
import type { LaidOutPage } from './layOutPage.ts'
import { wearOut } from './wear.ts'
import type { FloatPicture, Wear } from './wear.ts'

/** Pixels of a character, and of a page, in either direction. */
const cell = 14
export const pageSide = gridSize * cell
/** What the bars around a picture that is no square are filled with. */
const barColour = [122, 116, 104]
type Colour = readonly number[]

/** How much ink lies where, 0..1. Characters from U+0020 to U+007E; `glyphs.png` has them as training had them (makeAtlas.py). */
class Glyphs {
  readonly #width: number
  readonly #data: Buffer

  private constructor(data: Buffer, width: number) {
    this.#data = data
    this.#width = width
  }

  static async load(): Promise<Glyphs> {
    const { data, info } = await sharp(fileURLToPath(new URL('glyphs.png', import.meta.url))).greyscale().raw().toBuffer({ resolveWithObject: true })
    return new Glyphs(data, info.width)
  }

  /** `size`: 12, 13 or 14. */
  draw(ink: Float32Array, text: string, row: number, size: number, bold: boolean): void {
    const top = (2 * (size - 12) + (bold ? 1 : 0)) * cell
    for (const [column, character] of Array.from(text).entries()) {
      const left = (character.charCodeAt(0) - 32) * cell
      for (let y = 0; y < cell; y++) for (let x = 0; x < cell; x++) ink[(row * cell + y) * pageSide + column * cell + x] = this.#data[(top + y) * this.#width + left + x]! / 255
    }
  }
}
let glyphs: Promise<Glyphs> | null = null

/** Draws a page as `paint_page` of `resources/demo-model/train.py` does: `pageSide` pixels square, 8 bits for each of red, green and blue. */
export async function paintPage(page: LaidOutPage, dice: Dice, wear: Wear): Promise<Buffer> {
  const ink = await inkOf(page, dice)
  const colours = coloursOf(dice)
  const data = new Float32Array(pageSide * pageSide * 3)
  for (let pixel = 0; pixel < ink.length; pixel++) {
    const isInverted = page.inverted.has(Math.floor(pixel / (pageSide * cell)))
    const [under, over] = isInverted ? [colours.ink, colours.paper] : [colours.paper, colours.ink]
    for (let channel = 0; channel < 3; channel++) data[3 * pixel + channel] = under[channel]! + (over[channel]! - under[channel]!) * ink[pixel]!
  }
  const withPhoto = page.photo === null ? data : await drawPhoto(data, page, colours.ink, dice)
  if (dice.chance(0.3)) lightUnevenly(withPhoto, dice)
  return await withBars(withPhoto, page.bars * cell, wear, dice)
}

async function inkOf({ rows, bold, ruled }: LaidOutPage, dice: Dice): Promise<Float32Array> {
  glyphs ??= Glyphs.load()
  const font = await glyphs
  const size = dice.of([12, 13, 13, 14])
  const ink = new Float32Array(pageSide * pageSide)
  for (const [row, text] of rows.entries()) font.draw(ink, text, row, size, bold.has(row))
  // Rows wobble a little.
  for (let row = 0; row < gridSize; row++) {
    const shift = dice.chance(0.15) ? dice.of([-1, 1]) : 0
    for (let y = row * cell; y < (row + 1) * cell; y++) rotate(ink.subarray(y * pageSide, (y + 1) * pageSide), shift)
  }
  for (const row of ruled) ink.fill(0.8, (row * cell + cell / 2) * pageSide + cell, (row * cell + cell / 2 + 1) * pageSide - cell)
  const [down, right] = [dice.of([-1, 0, 0, 1]), dice.of([-1, 0, 0, 1])]
  for (let y = 0; y < pageSide; y++) rotate(ink.subarray(y * pageSide, (y + 1) * pageSide), right)
  rotate(ink, down * pageSide)
  return ink
}

/** Moves all by `shift` places; what leaves at one end comes in at the other. */
function rotate(values: Float32Array, shift: number): void {
  if (shift === 0) return
  const before = Float32Array.from(values)
  const places = values.length
  for (let place = 0; place < places; place++) values[(place + shift + places) % places] = before[place]!
}

function coloursOf(dice: Dice): { readonly paper: Colour; readonly ink: Colour } {
  const isDark = dice.chance(0.12)
  const three = (least: number, most: number): Colour => [dice.between(least, most), dice.between(least, most), dice.between(least, most)]
  const grey = (least: number, most: number): Colour => Array<number>(3).fill(dice.between(least, most))
  const paper = dice.chance(0.5) ? grey(235, 255) : three(215, 255)
  const ink = dice.chance(0.5) ? grey(0, 60) : three(0, 90)
  const turned = (colour: Colour): Colour => colour.map((value) => 255 - value)
  return isDark ? { paper: turned(paper), ink: turned(ink) } : { paper, ink }
}

/** A head and shoulders in a frame. */
async function drawPhoto(data: Float32Array, { photo, bars }: LaidOutPage, ink: Colour, dice: Dice): Promise<Float32Array> {
  const x = photo === 'left' ? 12 : pageSide - 96
  const y = (bars + dice.between(3, 5)) * cell
  const any = (least: number, most: number) => `rgb(${dice.between(least, most)},${dice.between(least, most)},${dice.between(least, most)})`
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pageSide}" height="${pageSide}" shape-rendering="crispEdges">`,
    `<rect x="${x + 0.5}" y="${y + 0.5}" width="84" height="104" fill="${any(150, 235)}" stroke="rgb(${ink.join()})"/>`,
    `<ellipse cx="${x + 42.5}" cy="${y + 35.5}" rx="18.5" ry="21.5" fill="${any(120, 230)}"/>`,
    `<path d="M${x + 8} ${y + 106} a34.5 44.5 0 0 1 69 0 z" fill="${any(30, 160)}"/>`,
    '</svg>',
  ].join('')
  const flat = Buffer.from(Uint8Array.from(data, (value) => Math.min(255, Math.max(0, value))))
  return Float32Array.from(await sharp(flat, { raw: { width: pageSide, height: pageSide, channels: 3 } }).composite([{ input: Buffer.from(svg) }]).removeAlpha().raw().toBuffer())
}

/** Brighter towards one side. */
function lightUnevenly(data: Float32Array, dice: Dice): void {
  const most = dice.uniform(2, 14)
  const isAcross = dice.chance(0.5)
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / 3)
    const place = isAcross ? pixel % pageSide : Math.floor(pixel / pageSide)
    data[index]! += most * ((2 * place) / (pageSide - 1) - 1)
  }
}

/** Wears the picture between the bars; those are as clean as a program draws them. */
async function withBars(data: Float32Array, bar: number, wear: Wear, dice: Dice): Promise<Buffer> {
  const row = pageSide * 3
  const inner: FloatPicture = { width: pageSide, height: pageSide - 2 * bar, data: data.subarray(bar * row, (pageSide - bar) * row) }
  const worn = await wearOut(inner, wear, dice)
  const strip = Buffer.alloc(bar * row, Uint8Array.from(barColour))
  return Buffer.concat([strip, worn, strip])
}
