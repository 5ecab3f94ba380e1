import { describe, expect, it } from 'vitest'
import { browserArguments, chooseHost } from './hostChoice.mjs'

const desktop = { args: [], platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false } as const

describe('npm start', () => {
  it('opens the window on a desktop', () => {
    expect(chooseHost(desktop)).toEqual({ host: 'window', note: null })
    expect(chooseHost({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } }).host).toBe('window')
    expect(chooseHost({ ...desktop, platform: 'darwin', env: {} }).host).toBe('window')
    expect(chooseHost({ ...desktop, platform: 'win32', env: {} }).host).toBe('window')
  })

  it.each([['--no-open'], ['--port', '8080'], ['--port=8080']])('serves a browser where %s is given', (...args) => {
    expect(chooseHost({ ...desktop, args })).toEqual({ host: 'browser', why: `${args[0].split('=')[0] ?? ''} was given` })
  })

  it('does not take another option for one of those', () => {
    expect(chooseHost({ ...desktop, args: ['--portable', '--no-opening'] }).host).toBe('window')
  })

  it('serves a browser without a display, and says so', () => {
    for (const env of [{}, { DISPLAY: '' }]) expect(chooseHost({ ...desktop, env })).toEqual({ host: 'browser', why: expect.stringContaining('no display') as string })
  })

  it('never gives up the sandbox on its own', () => {
    const asRoot = chooseHost({ ...desktop, isRoot: true })
    expect(asRoot).toEqual({ host: 'browser', why: expect.stringContaining('--no-sandbox') as string })
    const asked = chooseHost({ ...desktop, isRoot: true, args: ['--no-sandbox'] })
    expect(asked).toEqual({ host: 'window', note: expect.stringContaining('without its sandbox') as string })
  })

  it("passes the browser host's options on, and no others of the window", () => {
    expect(browserArguments(['--port', '8080', '--no-sandbox', '--no-open'])).toEqual(['serve', '--port', '8080', '--no-open'])
  })
})
