import { plainAnswer, wrapLines } from './wrapLines.ts'

/** What goes into the picture of an answer. */
export interface SharedAnswer {
  readonly question: string
  readonly pictures: readonly HTMLImageElement[]
  readonly answer: string
  /** A line below: the model, and the app. */
  readonly credit: string
  readonly language: string
}

const scale = 2
const width = 720
const margin = 40
const inner = width - 2 * margin
/** Above it browsers give up drawing; a longer answer is for an export. */
const mostHeight = 6000
const family = `'Inter Variable', system-ui, 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', sans-serif`
const question = { font: `560 17px ${family}`, line: 26, colour: '#1f1d1a' }
const answer = { font: `400 17px ${family}`, line: 27, colour: '#1f1d1a' }
const credit = { font: `400 13px ${family}`, line: 20, colour: '#6a655c' }
const pictureHeight = 180

/** A PNG file of question, pictures and answer, as light as paper; null where that would be too long. Nothing but the given is drawn. */
export async function drawAnswer(shared: SharedAnswer): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (context === null) return null
  const lines = (text: string, { font }: typeof answer) => {
    context.font = font
    return wrapLines(text, inner, (part) => context.measureText(part).width, shared.language)
  }
  const asked = lines(shared.question, question), said = lines(plainAnswer(shared.answer), answer), below = lines(shared.credit, credit)
  const rows = pictureRows(shared.pictures)
  const height = margin + asked.length * question.line + rows.length * (pictureHeight + 12) + 40 + said.length * answer.line + 28 + below.length * credit.line + margin
  if (height > mostHeight) return null
  canvas.width = width * scale
  canvas.height = Math.ceil(height) * scale
  context.scale(scale, scale)
  context.fillStyle = '#fbfaf7'
  context.fillRect(0, 0, width, height)
  let y = drawLines(context, asked, question, margin)
  y = drawPictures(context, rows, y + 8)
  context.fillStyle = '#0b6a75'
  context.fillRect(margin, y + 14, 40, 3)
  y = drawLines(context, said, answer, y + 32)
  drawLines(context, below, credit, y + 28)
  return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

function drawLines(context: CanvasRenderingContext2D, lines: readonly string[], { font, line, colour }: typeof answer, top: number): number {
  context.font = font
  context.fillStyle = colour
  context.textBaseline = 'middle'
  for (const [index, text] of lines.entries()) context.fillText(text, margin, top + (index + 0.5) * line)
  return top + lines.length * line
}

interface Placed {
  readonly picture: HTMLImageElement
  readonly x: number
  readonly width: number
}

/** Pictures of one height beside one another, in as many rows as they take. */
function pictureRows(pictures: readonly HTMLImageElement[]): Placed[][] {
  const rows: Placed[][] = []
  let x = 0
  for (const picture of pictures) {
    const shown = Math.min(inner, (picture.naturalWidth / picture.naturalHeight) * pictureHeight)
    if (rows.length === 0 || x + shown > inner) {
      rows.push([])
      x = 0
    }
    rows.at(-1)?.push({ picture, x, width: shown })
    x += shown + 12
  }
  return rows
}

function drawPictures(context: CanvasRenderingContext2D, rows: readonly (readonly Placed[])[], top: number): number {
  let y = top
  for (const row of rows) {
    for (const { picture, x, width: shown } of row) {
      // One that is wider than the page is not squeezed.
      const drawn = Math.min(pictureHeight, (picture.naturalHeight / picture.naturalWidth) * shown)
      context.drawImage(picture, margin + x, y, shown, drawn)
    }
    y += pictureHeight + 12
  }
  return y
}
