import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { appFolders } from '../shared/appFolders.ts'
import { catalogueFile, demoModel, sampleFolder, templateFolder } from '../shared/demoModel.ts'

interface Configuration {
  readonly [key: string]: unknown
  readonly afterPack: string
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly nsis: { readonly deleteAppDataOnUninstall: boolean }
  readonly mac: { readonly hardenedRuntime: boolean; readonly notarize: boolean; readonly entitlements: string; readonly icon: string }
  readonly extraResources: readonly { readonly from: string; readonly to: string; readonly filter?: readonly string[] }[]
}
interface BuilderConfig {
  getConfig: (folder: string, file: null, options: null) => Promise<Configuration>
  validateConfiguration: (configuration: object, log: { isEnabled: boolean }) => Promise<void>
}

const root = resolve(import.meta.dirname, '../../..')
// electron-builder's own reader and schema check, the ones a build runs first.
const { getConfig, validateConfiguration } = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'))(
  'app-builder-lib/out/util/config/config',
) as BuilderConfig
const configuration = await getConfig(root, null, null)

it("is valid by electron-builder's own schema", async () => {
  await expect(validateConfiguration(configuration, { isEnabled: false })).resolves.toBeUndefined()
})

it('is really checked: a misspelt option is refused', async () => {
  await expect(validateConfiguration({ ...configuration, asarUnpak: [] }, { isEnabled: false })).rejects.toThrow('asarUnpak')
})

it('closes every way past the app, and keeps what belongs to the person', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
  expect(configuration.mac).toMatchObject({ hardenedRuntime: true, notarize: true })
  expect(configuration.nsis.deleteAppDataOnUninstall).toBe(false)
})

it('brings along what the app looks for beside the archive, where it looks for it', () => {
  const resources = appFolders('/packaged').resources
  const { model, projector } = demoModel(resources)
  for (const path of [catalogueFile(resources), model, projector ?? '', join(sampleFolder(resources), 'receipt-1.png'), join(templateFolder(resources), 'index.json'), join(templateFolder(resources), 'receipt.json'), join(templateFolder(resources), 'zh-CN.json')]) {
    const to = relative('/packaged', path).replaceAll('\\', '/')
    const source = configuration.extraResources.find((entry) => to === entry.to || to.startsWith(`${entry.to}/`))
    expect(source, to).toBeDefined()
    expect(existsSync(resolve(root, `${source?.from ?? ''}${to.slice(source?.to.length)}`)), to).toBe(true)
    expect(source?.filter?.some((pattern) => to.endsWith(pattern.replace('*', ''))) ?? true, to).toBe(true)
  }
})

it('names files that exist', () => {
  const named = [configuration.afterPack, configuration.mac.entitlements, configuration.mac.icon, 'LICENSE']
  for (const file of named) expect(readFileSync(resolve(root, file)).length).toBeGreaterThan(0)
})
