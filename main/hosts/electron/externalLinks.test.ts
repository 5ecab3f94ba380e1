import { beforeEach, expect, it, vi } from 'vitest'
import { askToOpen } from './externalLinks.ts'
import { textsOf } from './texts.ts'

const electron = vi.hoisted(() => ({
  pressed: '',
  shown: [] as string[],
  opened: [] as string[],
  copied: [] as string[],
}))
vi.mock('electron', () => ({
  dialog: {
    showMessageBox: ({ buttons, detail, defaultId }: { buttons: string[]; detail: string; defaultId: number }) => {
      electron.shown.push(detail)
      // Enter alone must not open anything.
      expect(buttons[defaultId]).toBe('Cancel')
      return Promise.resolve({ response: buttons.indexOf(electron.pressed) })
    },
  },
  shell: { openExternal: (url: string) => Promise.resolve(electron.opened.push(url)) },
  clipboard: { writeText: (text: string) => Promise.resolve(electron.copied.push(text)) },
}))

beforeEach(() => Object.assign(electron, { shown: [], opened: [], copied: [] }))

const press = async (button: string, address = 'https://example.com/a?b') => {
  electron.pressed = button
  await askToOpen(address, null, textsOf('en'))
  return { opened: electron.opened, copied: electron.copied }
}

it('shows an address, and opens or copies it only where the person says so', async () => {
  expect(await press('Cancel')).toEqual({ opened: [], copied: [] })
  expect(await press('Copy Address')).toEqual({ opened: [], copied: ['https://example.com/a?b'] })
  expect(await press('Open')).toMatchObject({ opened: ['https://example.com/a?b'] })
  expect(electron.shown.map((detail) => detail.includes('https://example.com/a?b'))).toEqual([true, true, true])
})

it('does not even ask about what is no web address', async () => {
  expect(await press('Open', 'file:///etc/passwd')).toEqual({ opened: [], copied: [] })
  expect(electron.shown).toEqual([])
})
