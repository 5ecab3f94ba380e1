import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Arch } from 'electron-builder'
import { packageProblems } from './packageCheck.mjs'

/**
 * Run by electron-builder on every unpacked app; a problem ends the build.
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, electronPlatformName, arch }) {
  const mac = electronPlatformName === 'darwin'
  const resources = mac ? join(appOutDir, readdirSync(appOutDir).find((name) => name.endsWith('.app')) ?? '', 'Contents/Resources') : join(appOutDir, 'resources')
  const system = mac ? 'mac' : electronPlatformName === 'win32' ? 'win' : 'linux'
  const problems = packageProblems(resources, { system, processor: Arch[arch] })
  if (problems.length > 0) throw new Error(`The package for ${system}-${Arch[arch]} is not sound:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
}
