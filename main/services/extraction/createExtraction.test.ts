import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { template as templateShape } from '../../contract/domains/template.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { scriptedModel } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'
import { CAPITALS, DrawnPage } from './smallPrint/testing/drawPrint.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const template = templateShape.parse({ format: 'llava-desk-template/1', title: 'Test', mode: 'whole', fields: [{ name: 'text', type: 'text' }] })

/** Print that is legible at 672 pixels a side, and not at 336. */
async function smallPrint(): Promise<Buffer> {
  return await sharp(new DrawnPage(500, 600).paragraph(CAPITALS, 10, 10, 9, 36, 56).bytes(), { raw: { width: 500, height: 600, channels: 1 } }).png().toBuffer()
}

async function tried(services: Services, image: string): Promise<void> {
  for await (const event of services.templateTrial.try({ template, image, regions: [] }, new AbortController().signal)) if (event.type === 'end') return
}

test.each([[336, 4], [672, 1], [null, 4]] as const)('a page is read in parts as small as a model needs that sees %s pixels', async (imageSide, parts) => {
  const { services, engine } = await testServices(folder.path)
  engine.model = { ...scriptedModel, imageSide }
  engine.retry()
  engine.scripts = Array.from({ length: parts }, () => ['"x"}'])
  const { id } = await services.images.add(await smallPrint(), 'page.png')
  await tried(services, id)
  expect(engine.generated).toHaveLength(parts)
  await services.dispose()
})
