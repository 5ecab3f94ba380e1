import type { TextKey } from '../../i18n/en.ts'

/** A sample picture that the empty chat offers. */
interface Offer {
  /** Its file name. */
  readonly name: string
  readonly label: TextKey
  readonly accessibleName: TextKey
  /** What the demo model answers rightly about this picture. In English, since it understands nothing else. */
  readonly questions: readonly string[]
}

const total = 'What is the total?', vendor = 'Who is the vendor?', kind = 'What kind of document is this?', describe = 'Describe the image.', count = 'How many shapes are there?'

/** One picture of each kind the demo model reads. */
export const offers: readonly Offer[] = [
  { name: 'receipt-1.png', label: 'sample.receipt', accessibleName: 'sample.addReceipt', questions: [total, vendor, 'What is the phone number?', kind] },
  { name: 'invoice-1.png', label: 'sample.invoice', accessibleName: 'sample.addInvoice', questions: [total, vendor, 'What is the due date?', describe] },
  { name: 'id-card-1.png', label: 'sample.idCard', accessibleName: 'sample.addIdCard', questions: ['What is the name?', 'What is the ID number?', 'What is the expiry date?', describe] },
  { name: 'shapes-1.png', label: 'sample.shapes', accessibleName: 'sample.addShapes', questions: [count, 'What color is the triangle?', 'Is there a blue circle in the image?', describe] },
]

const forAnyPicture: readonly string[] = [describe, kind, total, vendor, count]

/** What to suggest asking the demo model about pictures of these names: a sample's own questions where it is the only one. */
export function demoQuestions(names: readonly string[]): readonly string[] {
  const [first, ...others] = new Set(names)
  const offer = others.length === 0 ? offers.find(({ name }) => name === first) : undefined
  return offer?.questions ?? forAnyPicture
}
