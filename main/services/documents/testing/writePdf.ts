import { createCipheriv, createHash } from 'node:crypto'
import { rc4 } from './rc4.ts'

/** A page of a test PDF. Sizes in points; the origin of `content` is at the bottom left, as PDF has it. */
export interface TestPage {
  readonly width?: number
  readonly height?: number
  readonly rotate?: 0 | 90 | 180 | 270
  /** Operators (ISO 32000-1, Annex A). The font is called F, pictures Im0, Im1, ... */
  readonly content?: string
  readonly images?: readonly { readonly width: number; readonly height: number; readonly rgb: Uint8Array }[]
  /** Text fields with a value; their look is written as well unless `bare`. */
  readonly fields?: readonly { readonly name: string; readonly value: string; readonly box: readonly [number, number, number, number]; readonly bare?: boolean }[]
  /** Square notes, filled with a colour of PDF ("1 0 0"). */
  readonly notes?: readonly { readonly box: readonly [number, number, number, number]; readonly colour: string }[]
}

export interface TestPdf {
  readonly pages: readonly TestPage[]
  /** Dictionaries of further fonts, by the names that pages know them by. */
  readonly fonts?: Readonly<Record<string, string>>
  /** Encrypted so that it opens with `user` ("" opens for everybody). */
  readonly encrypt?: { readonly user: string; readonly cipher: 'rc4-40' | 'rc4-128' | 'aes-128' }
}

/** Text at a place, in the page's font. */
export function textAt(x: number, y: number, text: string, size = 12): string {
  return `BT /F ${size} Tf ${x} ${y} Td (${text.replaceAll(/[\\()]/g, String.raw`\$&`)}) Tj ET\n`
}

/** A PDF 1.6 file with a classic table of places, from nothing but this description. */
export function writePdf({ pages, encrypt, fonts = {} }: TestPdf): Buffer {
  const objects: (Buffer | null)[] = []
  const reserve = () => objects.push(null)
  const fill = (number: number, body: string | Buffer) => (objects[number - 1] = Buffer.from(body))
  const add = (body: string | Buffer) => {
    const number = reserve()
    fill(number, body)
    return number
  }
  const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const security = encrypt === undefined ? null : securityOf(encrypt, id)
  const secret = (number: number, data: Buffer) => (security === null ? data : security.hide(number, data))
  const addStream = (entries: string, data: Buffer) => {
    const number = reserve()
    const hidden = secret(number, data)
    fill(number, Buffer.concat([Buffer.from(`<< ${entries} /Length ${hidden.length} >>\nstream\n`), hidden, Buffer.from('\nendstream')]))
    return number
  }
  const string = (number: number, text: string) => `<${secret(number, Buffer.from(text, 'latin1')).toString('hex')}>`

  const catalog = reserve(), tree = reserve()
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  const others = Object.entries(fonts).map(([name, dictionary]) => `/${name} ${add(dictionary)} 0 R`).join(' ')
  const fields: number[] = []
  const kids = pages.map((page) => {
    const number = reserve()
    const box = (sides: readonly number[]) => `[${sides.join(' ')}]`
    const images = (page.images ?? []).map(({ width, height, rgb }) =>
      addStream(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8`, Buffer.from(rgb)),
    )
    const contents = addStream('', Buffer.from(page.content ?? '', 'latin1'))
    const widgets = (page.fields ?? []).map(({ name, value, box: [left, bottom, right, top], bare = false }) => {
      const look = bare ? null : addStream(`/Type /XObject /Subtype /Form /BBox [0 0 ${right - left} ${top - bottom}] /Resources << /Font << /F ${font} 0 R >> >>`, Buffer.from(`/Tx BMC ${textAt(2, 4, value)} EMC`))
      const field = reserve()
      fill(field, `<< /Type /Annot /Subtype /Widget /FT /Tx /F 4 /P ${number} 0 R /T ${string(field, name)} /V ${string(field, value)} /DA ${string(field, '/F 12 Tf 0 g')} /Rect ${box([left, bottom, right, top])} ${look === null ? '' : `/AP << /N ${look} 0 R >>`} >>`)
      fields.push(field)
      return field
    })
    const notes = (page.notes ?? []).map(({ box: [left, bottom, right, top], colour }) => {
      const look = addStream(`/Type /XObject /Subtype /Form /BBox [0 0 ${right - left} ${top - bottom}]`, Buffer.from(`${colour} rg 0 0 ${right - left} ${top - bottom} re f`))
      return add(`<< /Type /Annot /Subtype /Square /F 4 /Rect ${box([left, bottom, right, top])} /AP << /N ${look} 0 R >> >>`)
    })
    const annotations = [...widgets, ...notes].map((annotation) => `${annotation} 0 R`).join(' ')
    const pictures = images.map((image, index) => `/Im${index} ${image} 0 R`).join(' ')
    fill(number, `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${page.width ?? 595} ${page.height ?? 842}] /Rotate ${page.rotate ?? 0} /Contents ${contents} 0 R /Annots [${annotations}] /Resources << /Font << /F ${font} 0 R ${others} >> /XObject << ${pictures} >> >> >>`)
    return number
  })
  fill(tree, `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`)
  const form = fields.length === 0 ? '' : `/AcroForm << /Fields [${fields.map((field) => `${field} 0 R`).join(' ')}] /DR << /Font << /F ${font} 0 R >> >> >>`
  fill(catalog, `<< /Type /Catalog /Pages ${tree} 0 R ${form} >>`)
  const lock = security === null ? '' : `/Encrypt ${add(security.dictionary)} 0 R`
  return assemble(objects, `/Root ${catalog} 0 R /ID [<${id.toString('hex')}> <${id.toString('hex')}>] ${lock}`)
}

function assemble(objects: readonly (Buffer | null)[], trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.6\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let at = parts[0]!.length
  const places = objects.map((body, index) => {
    const object = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body!, Buffer.from('\nendobj\n')])
    parts.push(object)
    const place = at
    at += object.length
    return `${String(place).padStart(10, '0')} 00000 n \n`
  })
  parts.push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${objects.length + 1} ${trailer} >>\nstartxref\n${at}\n%%EOF\n`))
  return Buffer.concat(parts)
}

/** ISO 32000-1, 7.6.3.2: what every password is filled up with. */
const PADDING = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex')

const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest()

/** The standard security handler, revisions 2 to 4 (ISO 32000-1, 7.6.3 and 7.6.4). */
function securityOf({ user, cipher }: NonNullable<TestPdf['encrypt']>, id: Buffer): { dictionary: string; hide(number: number, data: Buffer): Buffer } {
  const length = cipher === 'rc4-40' ? 5 : 16, revision = cipher === 'rc4-40' ? 2 : cipher === 'rc4-128' ? 3 : 4
  const again = (data: Buffer, times: number) => Array.from({ length: times }).reduce<Buffer>((held) => md5(held.subarray(0, length)), data)
  const rounds = (key: Buffer, data: Buffer, last: number) => Array.from({ length: last + 1 }, (_, round) => round).reduce((held, round) => rc4(key.map((byte) => byte ^ round), held), data)
  const padded = (password: string) => Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32)
  const strong = revision > 2
  const ownerKey = again(md5(padded('owner')), strong ? 50 : 0).subarray(0, length)
  const owner = rounds(ownerKey, padded(user), strong ? 19 : 0)
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(-4)
  const key = again(md5(padded(user), owner, permissions, id), strong ? 50 : 0).subarray(0, length)
  const check = strong ? Buffer.concat([rounds(key, md5(PADDING, id), 19), Buffer.alloc(16)]) : rc4(key, PADDING)
  const version = { 'rc4-40': '/V 1', 'rc4-128': '/V 2 /Length 128', 'aes-128': '/V 4 /Length 128 /CF << /StdCF << /CFM /AESV2 /Length 16 >> >> /StmF /StdCF /StrF /StdCF' }[cipher]
  return {
    dictionary: `<< /Filter /Standard ${version} /R ${revision} /O <${owner.toString('hex')}> /U <${check.toString('hex')}> /P -4 >>`,
    hide(number, data) {
      const object = Buffer.alloc(5)
      object.writeUIntLE(number, 0, 3)
      const objectKey = md5(key, object, cipher === 'aes-128' ? Buffer.from('sAlT') : Buffer.alloc(0)).subarray(0, Math.min(16, length + 5))
      if (cipher !== 'aes-128') return rc4(objectKey, data)
      const start = Buffer.alloc(16, 7), encrypt = createCipheriv('aes-128-cbc', objectKey, start)
      return Buffer.concat([start, encrypt.update(data), encrypt.final()])
    },
  }
}
