import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LocalHub } from '../../bench/hub/LocalHub.ts'
import { catalogue } from '../../main/contract/domains/catalogue.ts'
import { ChatPage } from '../support/ChatPage.ts'
import { expect, test as base } from '../support/fixtures.ts'
import { ModelsPage } from '../support/ModelsPage.ts'
import { demoModel, samplePath, truth } from '../support/samples.ts'
import { sentence } from '../support/sentences.ts'

const repository = 'somebody/my-llava'
const model = `${repository}/my-llava.gguf`, projector = `${repository}/mmproj-my-llava.gguf`
const total = 'What is the total?'

/** A hub on this machine with one model in two files, and the app that is told to use it. */
const test = base.extend<{ hub: LocalHub; models: ModelsPage }>({
  hub: async ({}, use) => {
    const hub = await LocalHub.start()
    hub.put(model, await readFile(demoModel.model))
    hub.put(projector, await readFile(demoModel.projector))
    await use(hub)
    await hub.stop()
  },
  app: async ({ hub, dataFolder, launch }, use) => {
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ downloads: { hub: hub.url } }))
    await use(await launch())
  },
  models: async ({ app }, use) => {
    const models = new ModelsPage(app.page)
    await models.open()
    await use(models)
  },
})

/** Everything below the folder of downloaded models. */
async function downloaded(dataFolder: string): Promise<string[]> {
  const entries = await readdir(join(dataFolder, 'models'), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name).sort()
}

test('fetches both files, with a pause on the way, and uses them as soon as they are here', async ({ hub, models, dataFolder }) => {
  // The second file does not come yet, so that the first is all there is.
  hub.fault(projector, { silent: true })
  await models.download(repository)
  const entry = models.downloads
  await expect(entry).toHaveAttribute('data-state', 'running')
  await expect(entry).toContainText('4 MB of 8 MB')
  await expect(entry.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '53')
  await expect(models.page.getByTestId('open-models')).toHaveAccessibleName('Models, 53% downloaded')
  await entry.getByTestId('pause').click()
  await expect(entry).toHaveAttribute('data-state', 'paused')

  const before = hub.seen.length
  hub.fault(projector, {})
  await entry.getByTestId('resume').click()
  await models.installedTab.click()
  const installed = models.entries.first()
  await expect(installed.getByTestId('in-use')).toBeVisible({ timeout: 30_000 })
  await expect(entry).toHaveAttribute('data-state', 'done')
  // What was fetched before the pause is not fetched again.
  expect(hub.seen.slice(before).filter(({ at, method, url }) => at === 'store' && method === 'GET' && url.includes('/my-llava.gguf'))).toEqual([])
  expect(await downloaded(dataFolder)).toEqual(['mmproj-my-llava.gguf', 'my-llava.gguf'])

  await models.leave()
  const chat = new ChatPage(models.page)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))

  await models.open()
  await models.expand(installed)
  await installed.getByTestId('remove').click()
  await models.confirm.click()
  await expect(models.entries).toHaveCount(0)
  await expect.poll(async () => await downloaded(dataFolder)).toEqual([])
})

test('a cancelled download leaves nothing behind', async ({ hub, models, dataFolder }) => {
  hub.fault(projector, { silent: true })
  await models.download(repository)
  await expect(models.downloads).toContainText('4 MB of 8 MB')
  expect(await downloaded(dataFolder)).not.toEqual([])
  await models.downloads.getByTestId('cancel').click()
  await expect(models.downloads).toHaveCount(0)
  await expect.poll(async () => await downloaded(dataFolder)).toEqual([])
  await models.showInstalled()
  await expect(models.entries).toHaveCount(0)
})

test('a file with wrong contents never becomes a model; a right one does, at one press', async ({ hub, models, dataFolder }) => {
  hub.fault(model, { wrongBytes: [100_000] })
  await models.download(repository)
  await expect(models.downloads).toHaveAttribute('data-state', 'failed')
  await expect(models.downloads).toContainText(sentence('DOWNLOAD_WRONG_BYTES'))
  expect(await downloaded(dataFolder)).not.toContain('my-llava.gguf')
  hub.fault(model, {})
  await models.downloads.getByTestId('resume').click()
  await models.installedTab.click()
  await expect(models.entries.first().getByTestId('in-use')).toBeVisible({ timeout: 30_000 })
})

test('the projector a model lacks is fetched at one press, and the model sees', async ({ hub, models }, info) => {
  // One whose bytes are not known beforehand: the demo model's stand in for it.
  const { models: known } = catalogue.parse(JSON.parse(await readFile(new URL('../../resources/catalogue.json', import.meta.url), 'utf8')))
  const variant = known.flatMap(({ variants }) => variants).find(({ model: file, projector: seer }) => seer?.sha256 === null && file.path.startsWith('llava-'))
  if (!variant?.projector) throw new Error('no projector of unknown bytes in the catalogue')
  hub.put(`${variant.projector.repository}/${variant.projector.path}`, await readFile(demoModel.projector))
  const path = info.outputPath(variant.model.path)
  await copyFile(demoModel.model, path)
  await models.import(path)
  const entry = await models.expand(models.entries.first())
  await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_NEEDED')])
  await entry.getByTestId('remedy-fetchProjector').click()
  await expect(models.findings(entry)).toHaveCount(0, { timeout: 30_000 })
  await models.use(entry)
  await models.leave()
  const chat = new ChatPage(models.page)
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
})

test('a download goes on after the app was killed', async ({ hub, models, app, launch, dataFolder }) => {
  hub.fault(projector, { silent: true })
  await models.download(repository)
  await expect(models.downloads).toContainText('4 MB of 8 MB')
  expect(await downloaded(dataFolder)).not.toEqual([])
  await app.kill()
  hub.fault(projector, {})
  const again = new ModelsPage((await launch()).page)
  await again.open()
  await again.showInstalled()
  await expect(again.entries).toHaveCount(1, { timeout: 30_000 })
})

test('a gated repository asks for a token and goes on with it', async ({ hub, models }) => {
  hub.token = 'hf_letMeIn'
  await models.lookInto(repository)
  await expect(models.repository.getByRole('alert')).toContainText(sentence('HUB_NEEDS_TOKEN'))
  await models.repository.getByRole('alert').getByRole('button', { name: 'Enter a token…' }).click()
  await models.page.getByTestId('token').fill('hf_letMeIn')
  await models.page.keyboard.press('Enter')
  await models.repository.getByTestId('repository-download').click()
  await models.installedTab.click()
  await expect(models.entries.first().getByTestId('in-use')).toBeVisible({ timeout: 30_000 })
})
