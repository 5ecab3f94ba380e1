import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageName } from '../../native/packageName.mjs'
import { fallbackFolder, libraryFolder, variantOf } from './libraryFolder.ts'

describe('library folders', () => {
  it('are named as node-llama-cpp names its packages', () => {
    expect(packageName('cpu', 'linux', 'x64')).toBe('linux-x64')
    expect(packageName('cuda', 'win32', 'x64')).toBe('win-x64-cuda')
    expect(packageName('metal', 'darwin', 'arm64')).toBe('mac-arm64-metal')
    expect(packageName('cpu', 'linux', 'arm')).toBe('linux-armv7l')
  })

  it('hold the CPU beside Metal on Apple silicon', () => {
    expect(variantOf('cpu', 'darwin', 'arm64')).toBe('metal')
    expect(variantOf('cpu', 'darwin', 'x64')).toBe('cpu')
    expect(variantOf('vulkan', 'linux', 'x64')).toBe('vulkan')
  })

  it('are found for this machine', () => {
    const variant = variantOf('cpu')
    expect(existsSync(join(libraryFolder(variant), 'llama-addon.node'))).toBe(true)
    expect(fallbackFolder(variant)).toBeNull()
  })
})
