import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { launchBrowserHost } from './support/launchBrowserHost.ts'
import type { LaunchOptions } from './support/RunningApp.ts'
import { settled, tourChat, tourDialogs, tourModels } from './support/screens.ts'

/** Makes the pictures of the documentation: `npx tsx e2e/screenshots.ts FOLDER`, after `npm run build`. */

/** Where a tour stops for a picture, e.g. `answered`, and how the file is called. */
interface Shoot {
  readonly suffix: string
  readonly options: Omit<LaunchOptions, 'dataFolder'>
  readonly language: 'en' | 'zh'
  readonly wanted: readonly string[]
}

const wide = { width: 1200, height: 760 }
const shoots: readonly Shoot[] = [
  { suffix: 'light', options: { locale: 'en-US', colorScheme: 'light', viewport: wide }, language: 'en', wanted: ['empty', 'attached', 'answered', 'settings', 'models-get'] },
  { suffix: 'dark', options: { locale: 'en-US', colorScheme: 'dark', viewport: wide }, language: 'en', wanted: ['answered'] },
  { suffix: 'narrow', options: { locale: 'en-US', colorScheme: 'light', viewport: { width: 390, height: 800 } }, language: 'en', wanted: ['answered'] },
  { suffix: 'zh', options: { locale: 'zh-CN', colorScheme: 'light', viewport: wide }, language: 'zh', wanted: ['answered'] },
]

async function shoot({ suffix, options, language, wanted }: Shoot, folder: string): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'llava-desk-pictures-'))
  const app = await launchBrowserHost({ ...options, dataFolder })
  try {
    const look = async (name: string) => {
      if (!wanted.includes(name)) return
      // No blinking cursor: the same picture every time. Over an answer the pointer stays, since its figures show there only.
      if (name !== 'answered') await app.page.mouse.move(0, 0)
      await app.page.locator('*:focus').evaluateAll((focused) => focused.forEach((element) => (element as HTMLElement).blur()))
      await settled(app.page)
      const path = join(folder, `${name === 'answered' ? 'chat' : name}-${suffix}.png`)
      await app.page.screenshot({ path, caret: 'hide' })
      console.log(path)
    }
    await tourChat(app.page, look)
    if (wanted.includes('settings')) await tourDialogs(app.page, look, language)
    if (wanted.includes('models-get')) await tourModels(app.page, look, language)
  } finally {
    await app.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
}

const folder = process.argv[2]
if (folder === undefined) throw new Error('Give the folder for the pictures.')
mkdirSync(resolve(folder), { recursive: true })
for (const one of shoots) await shoot(one, resolve(folder))
