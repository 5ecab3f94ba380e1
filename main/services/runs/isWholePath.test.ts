import { posix, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { isWholePath } from './isWholePath.ts'

test.each(['C:\\x', 'c:/x', '\\\\server\\share\\x', '//server/share/x', '\\\\?\\C:\\x'])('%s is whole on Windows', (path) => {
  expect(isWholePath(path, win32)).toBe(true)
})

test.each(['\\x', '/x', '\\\\server', 'C:x', 'C:', 'x', '.\\x', ''])('"%s" is not, since it depends on a drive or folder in use', (path) => {
  expect(isWholePath(path, win32)).toBe(false)
})

test('on other systems every path from the root is whole', () => {
  expect([isWholePath('/', posix), isWholePath('/x', posix), isWholePath('x', posix), isWholePath('C:\\x', posix)]).toEqual([true, true, false, false])
})
