import { ChatPage } from '../../support/ChatPage.ts'
import { test } from '../../support/fixtures.ts'
import { lookAt, lookAtNarrow } from '../../support/screens.ts'
import { KeptTour, storeChats } from '../../support/tourKept.ts'

// Two dozen screens, each read by axe.
test.setTimeout(180_000)

test.describe('in the dark, in Chinese', () => {
  test.use({ colorScheme: 'dark', locale: 'zh-CN' })

  test('every screen about chats that are kept is accessible', async ({ launch, dataFolder }, info) => {
    storeChats(dataFolder)
    const { page } = new ChatPage((await launch()).page)
    await new KeptTour(page, lookAt(page, info), info.outputDir).all()
  })
})

test.describe('on a narrow screen', () => {
  const width = 390
  test.use({ viewport: { width, height: 800 } })

  test('every screen about chats that are kept is accessible and nothing is wider than the screen', async ({ launch, dataFolder }, info) => {
    storeChats(dataFolder)
    const { page } = new ChatPage((await launch()).page)
    await new KeptTour(page, lookAtNarrow(page, info, width), info.outputDir).all()
  })
})
