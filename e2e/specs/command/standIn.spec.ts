import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { Process } from '../../support/Process.ts'

const script = `
import electron, { app, BrowserWindow, MessageChannelMain, protocol } from 'electron'
const said = (call) => { try { return call() } catch (error) { return error.name + ': ' + error.message } }
const { port1, port2 } = new MessageChannelMain()
class Point { x = 1; norm() { return 1 } }
const results = {
  member: said(() => app.setBadgeCount(1)),
  module: said(() => electron.Tray),
  option: said(() => new BrowserWindow({ kiosk: true })),
  page: said(() => new BrowserWindow({ webPreferences: { nodeIntegration: true } })),
  scheme: said(() => protocol.handle('other', () => new Response())),
  call: said(() => port1.postMessage(() => 1)),
}
port2.on('message', ({ data }) => {
  console.log(JSON.stringify({ ...results, instance: [data instanceof Point, data.x, typeof data.norm] }))
  process.exit(0)
})
port2.start()
port1.postMessage(new Point())
`

test('the stand-in refuses what it lacks by name, and clones as Electron does', async ({}, info) => {
  const file = info.outputPath('main.mjs')
  writeFileSync(file, script)
  const register = pathToFileURL(join(root, 'e2e/stand-in/register.mjs')).href
  const app = new Process('stand-in', process.execPath, ['--import', register, file], { env: environment(info.outputDir) })
  const [line] = await app.waitFor(/^\{.*\}$/m)
  expect(JSON.parse(line)).toEqual({
    member: 'Error: stand-in: app.setBadgeCount is not emulated',
    module: 'Error: stand-in: electron.Tray is not emulated',
    option: 'Error: stand-in: BrowserWindow option "kiosk" is not emulated',
    page: 'Error: stand-in: only sandboxed, isolated pages without Node are emulated',
    scheme: 'Error: stand-in: only schemes registered as standard are emulated, not other:',
    call: expect.stringMatching(/^DataCloneError: /),
    instance: [false, 1, 'undefined'],
  })
  expect(await app.ended()).toBe(0)
})
