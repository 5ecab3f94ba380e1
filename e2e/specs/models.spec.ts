import { copyFile, readFile, rename } from 'node:fs/promises'
import { expect, test } from '../support/fixtures.ts'
import { copiedModel, oldPair, strangeProjector } from '../support/modelFiles.ts'
import { ModelsPage } from '../support/ModelsPage.ts'
import { demoModel, samplePath, truth } from '../support/samples.ts'
import { sentence } from '../support/sentences.ts'

const total = 'What is the total?', vendor = 'Who is the vendor?'

test('takes files in where they lie, asks the model, and goes back to the demo model', async ({ chat, app }, info) => {
  const files = await copiedModel(info.outputPath('elsewhere'))
  const models = new ModelsPage(app.page)
  await models.open()
  await models.import(files.model, files.projector)
  const entry = models.entry('my-llava')
  await expect(entry).toContainText('Sees pictures')
  await expect(entry.getByTestId('facts')).toContainText(files.projector)
  await models.use(entry)
  await expect(models.demo.getByTestId('use')).toBeVisible()
  await models.leave()

  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
  await expect(chat.badge).not.toContainText('Demo')

  await models.open()
  await models.demo.getByTestId('use').click()
  await expect(models.demo.getByTestId('in-use')).toBeVisible()
  await expect(entry.getByTestId('use')).toBeVisible()
  await models.leave()
  await expect(chat.badge).toContainText('Demo')
  expect(await chat.answerTo(vendor)).toBe(truth('receipt-1.png', vendor))
})

test('keeps the list over a restart, tells of files that are gone, and finds them again', async ({ app, launch }, info) => {
  const files = await copiedModel(info.outputPath('elsewhere'))
  const first = new ModelsPage(app.page)
  await first.open()
  await first.import(files.model, files.projector)
  await expect(first.entries).toHaveCount(1)
  await app.stop()

  const away = info.outputPath('away.gguf')
  await rename(files.model, away)
  const models = new ModelsPage((await launch()).page)
  await models.open()
  await expect(models.entries).toContainText([/Not there.*my-llava\.gguf/])
  await expect(models.entries.getByTestId('use')).toBeDisabled()
  await rename(away, files.model)
  await models.entries.getByRole('button', { name: 'Look again' }).click()
  await expect(models.entries.getByTestId('use')).toBeEnabled()
})

test('takes a model off the list and brings it back, and never touches its files', async ({ app }, info) => {
  const files = await copiedModel(info.outputPath('elsewhere'))
  const models = new ModelsPage(app.page)
  await models.open()
  await models.import(files.model, files.projector)
  await models.use(models.entry('my-llava'))
  await models.entry('my-llava').getByTestId('remove').click()
  await expect(models.entries).toHaveCount(0)
  expect((await readFile(files.model)).equals(await readFile(demoModel.model))).toBe(true)
  await app.page.getByRole('button', { name: 'Undo' }).click()
  await expect(models.entry('my-llava')).toContainText('Sees pictures')
})

test('a projector of another model is refused, and one press goes without pictures', async ({ chat, app }, info) => {
  const models = new ModelsPage(app.page)
  const { model } = await copiedModel(info.outputPath('alone'))
  await rename(info.outputPath('alone/my-llava-mmproj.gguf'), info.outputPath('taken-away.gguf'))
  await models.open()
  await models.import(model)
  const entry = models.entry('my-llava')
  await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_NEEDED')])
  await models.chooseProjector(entry, await strangeProjector(info.outputPath('strange')))
  await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_WIDTH_MISMATCH')])
  await expect(entry.getByTestId('use')).toBeDisabled()

  await entry.getByTestId('remedy-loadWithoutVision').click()
  await expect(entry).toContainText('Text only')
  await models.use(entry)
  await models.leave()
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  await expect(app.page.getByText('has no projector and cannot see pictures')).toBeVisible()
})

test('the projector beside a model takes the place of a wrong one at one press', async ({ chat, app }, info) => {
  const models = new ModelsPage(app.page)
  const { model, projector } = await copiedModel(info.outputPath('pair'))
  await rename(projector, info.outputPath('taken-away.gguf'))
  await models.open()
  await models.import(model)
  const entry = models.entry('my-llava')
  await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_NEEDED')])
  await copyFile(demoModel.projector, projector)
  await models.chooseProjector(entry, await strangeProjector(info.outputPath('strange')))
  await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_WIDTH_MISMATCH')])

  await entry.getByTestId('remedy-useProjector').click()
  await expect(models.findings(entry)).toHaveCount(0)
  await models.use(entry)
  await models.leave()
  await chat.drop(samplePath('receipt-1.png'))
  await chat.attached(1)
  expect(await chat.answerTo(total)).toBe(truth('receipt-1.png', total))
})

test.describe('with short answers', () => {
  test.use({ settings: { generation: { maxTokens: 8 } } })

  test('an old projector is repaired into a copy at one press, and the copy works', async ({ chat, app }, info) => {
    const { model, projector } = await oldPair(info.outputPath('old'))
    const before = await readFile(projector)
    const models = new ModelsPage(app.page)
    await models.open()
    await models.import(model, projector)
    const entry = models.entry('old-llava')
    await expect(models.findings(entry)).toHaveText([sentence('PROJECTOR_OLD')])
    await entry.getByTestId('remedy-repair').click()
    await expect(models.findings(entry)).toHaveCount(0)
    await expect(entry.getByTestId('facts')).not.toContainText(projector)
    expect(await readFile(projector)).toEqual(before)

    await models.use(entry)
    await models.leave()
    await chat.drop(samplePath('receipt-1.png'))
    await chat.attached(1)
    expect(await chat.answerTo('What is this?')).not.toBe('')
  })
})

test('files that are no model are refused with their sentence, and nothing is added', async ({ app }, info) => {
  const models = new ModelsPage(app.page)
  const projector = await strangeProjector(info.outputPath('strange'))
  await models.open()
  for (const [path, code] of [['/no/such/model.gguf', 'FILE_MISSING'], [samplePath('receipt-1.png'), 'MODEL_NOT_GGUF'], [projector, 'MODEL_IS_PROJECTOR']] as const) {
    await models.import(path)
    await expect(models.importPanel.getByRole('alert')).toHaveText(sentence(code))
  }
  await expect(models.entries).toHaveCount(0)
})

test('shows what a load will take, follows every choice, and loads as chosen', async ({ chat, app }, info) => {
  const files = await copiedModel(info.outputPath('elsewhere'))
  const models = new ModelsPage(app.page)
  await models.open()
  await models.import(files.model, files.projector)
  const entry = await models.expand(models.entry('my-llava')), plan = entry.getByTestId('plan')
  expect(['fits', 'tight', 'cpu']).toContain(await models.verdict(entry))
  await expect(plan.getByTestId('memory-ram').getByRole('img')).toHaveAttribute('aria-label', /needed, .* used by other programs, .* in all$/)
  const conversation = plan.getByRole('row', { name: /^Conversation memory/ })
  const inFull = await conversation.innerText()

  const choices = await models.adjust(entry)
  await choices.getByRole('textbox', { name: 'Context length' }).fill('1024')
  await choices.getByRole('combobox', { name: 'Conversation memory' }).selectOption('q8_0')
  await choices.getByRole('textbox', { name: 'Layers on the graphics card' }).fill('0')
  await choices.getByRole('textbox', { name: 'Layers on the graphics card' }).blur()
  await expect(plan).toContainText('with a context of 1,024 tokens')
  await expect.poll(async () => await conversation.innerText()).not.toBe(inFull)

  await entry.getByTestId('apply').click()
  await expect(entry.getByTestId('in-use')).toBeVisible()
  await expect(entry.getByTestId('apply')).toHaveCount(0)
  const now = app.page.getByTestId('memory-now')
  await expect(now).toContainText(/Engine\s*\d[\d.]* [MG]B/)
  await expect(now.getByTestId('memory-before').first()).toHaveText(/^Before loading: /)
  await chat.badge.click()
  await expect(app.page.getByRole('dialog', { name: 'Model', exact: true })).toContainText('1,024 tokens')
  await app.page.keyboard.press('Escape')

  await entry.getByTestId('unload').click()
  await expect(now.getByTestId('memory-before').first()).toHaveText(/^Before unloading: /)
  await expect(entry.getByTestId('use')).toBeVisible()
})
