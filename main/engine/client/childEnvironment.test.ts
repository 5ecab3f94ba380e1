import { describe, expect, it } from 'vitest'
import { childEnvironment } from './childEnvironment.ts'

describe('childEnvironment', () => {
  it('keeps what libraries and drivers need, in the case it is written in', () => {
    const needed = { Path: 'C:\\Windows', HOME: '/home/a', TMPDIR: '/tmp', LD_LIBRARY_PATH: '/lib', CUDA_VISIBLE_DEVICES: '1', VK_ICD_FILENAMES: 'x.json', GGML_VK_VISIBLE_DEVICES: '0' }
    expect(childEnvironment(needed)).toEqual(needed)
  })

  it('leaves out secrets, what changes Node, and what is not set', () => {
    expect(childEnvironment({ GITHUB_TOKEN: 'x', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', LD_PRELOAD: 'a.so', HF_TOKEN: 'x', HOME: undefined })).toEqual({})
  })
})
