import sharp from 'sharp'
import type { Message } from '../../../contract/domains/chat.ts'
import type { Services } from '../../createServices.ts'

/** A picture like no other, as PNG. */
export async function colour(background: string): Promise<Uint8Array> {
  return await sharp({ create: { width: 40, height: 30, channels: 3, background } }).png().toBuffer()
}

/** A JPEG photo that says where, when and with what it was taken, and more behind its end. */
export async function photo(): Promise<Uint8Array> {
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3060c0' } })
    .withExif({ IFD0: { Make: 'SECRETCAM', ImageDescription: 'SECRETWORDS' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 30/1', GPSLongitudeRef: 'E', GPSLongitude: '2/1 17/1 40/1' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="SECRETXMP"/></rdf:RDF></x:xmpmeta>')
    .jpeg({ quality: 90 })
    .toBuffer()
  return Buffer.concat([bytes, Buffer.from('SECRETTRAILER')])
}

/** Asks and waits for the answer's end, which must be a good one. */
export async function askAndWait({ chats }: Pick<Services, 'chats'>, chatId: string, text: string, images: readonly string[] = []): Promise<Message> {
  const { answer } = chats.ask({ chatId, text, images: [...images] })
  for await (const event of chats.follow(answer.id)) {
    if (event.type !== 'end') continue
    if (event.message.status !== 'done') throw new Error(`The answer ended as ${event.message.status}: ${JSON.stringify(event.message.error)}`)
    return event.message
  }
  throw new Error('The answer did not end')
}
