import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'
import { freePort } from '../support/freePort.ts'
import { settled, violations } from '../support/screens.ts'

async function openSection(page: Page): Promise<Locator> {
  await page.keyboard.press('ControlOrMeta+,')
  const section = page.getByRole('region', { name: 'Local server' })
  await section.scrollIntoViewIfNeeded()
  return section
}

const list = async (address: string, token: string) => (await fetch(`${address}/models`, { headers: { authorization: `Bearer ${token}` } })).status

test('is turned on, asked and turned off by keyboard; a new token shuts out the old one', async ({ chat }) => {
  const { page } = chat
  const section = await openSection(page)
  const state = section.getByTestId('server-state'), port = section.getByRole('textbox', { name: 'Port' }), enabled = section.getByRole('checkbox', { name: 'Answer other programs' })
  await expect(state).toHaveText('Off: no program is answered.')
  const free = await freePort()
  await port.fill(String(free))
  await port.press('Tab')
  await enabled.focus()
  await page.keyboard.press('Space')
  await expect(state).toHaveText(`Running at 127.0.0.1:${free}.`)
  const address = (await section.getByTestId('server-address').textContent()) ?? ''
  expect(address).toBe(`http://127.0.0.1:${free}/v1`)
  await expect(section.getByTestId('server-token')).toHaveCount(0)

  await section.getByRole('button', { name: 'Show the token' }).focus()
  await page.keyboard.press('Enter')
  const token = section.getByTestId('server-token')
  await expect(token).toHaveText(/^llava-[\w-]{43}$/)
  const first = (await token.textContent()) ?? ''
  expect(await list(address, first)).toBe(200)
  await settled(page)
  expect(await violations(page)).toEqual([])

  await section.getByRole('button', { name: 'Make a new token…' }).click()
  await page.getByTestId('confirm').click()
  await expect(token).not.toHaveText(first)
  expect(await list(address, first)).toBe(401)
  expect(await list(address, (await token.textContent()) ?? '')).toBe(200)

  await enabled.focus()
  await page.keyboard.press('Space')
  await expect(state).toHaveText('Off: no program is answered.')
  await expect(fetch(`${address}/models`)).rejects.toThrow()
})

test('a port in use is named, and a retry works once it is free', async ({ chat }) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const { page } = chat
  const section = await openSection(page)
  await section.getByRole('textbox', { name: 'Port' }).fill(String(port))
  await section.getByRole('textbox', { name: 'Port' }).press('Tab')
  await section.getByRole('checkbox').check()
  await expect(section.getByRole('alert')).toContainText(`Port ${port} is in use by another program.`)
  await settled(page)
  expect(await violations(page)).toEqual([])
  await new Promise((resolve) => other.close(resolve))
  await section.getByRole('button', { name: 'Retry' }).click()
  await expect(section.getByTestId('server-state')).toHaveText(`Running at 127.0.0.1:${port}.`)
  await section.getByRole('checkbox').uncheck()
})
