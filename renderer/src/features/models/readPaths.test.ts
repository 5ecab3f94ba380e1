import { expect, it } from 'vitest'
import { readPaths } from './readPaths.ts'

it('reads one path a line, as people paste them', () => {
  expect(readPaths(' /models/a.gguf \r\n\n"C:\\My models\\b.gguf"\n\'/c d.gguf\'\n/models/a.gguf\n')).toEqual(['/models/a.gguf', 'C:\\My models\\b.gguf', '/c d.gguf'])
  expect(readPaths(' \n ')).toEqual([])
})
