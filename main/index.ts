import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandArguments } from './hosts/shared/commandArguments.ts'
import { appFolders } from './hosts/shared/appFolders.ts'
import type { HostContext } from './hosts/shared/HostContext.ts'
import { useHeifThread } from './services/images/heif/readHeif.ts'

// Chooses a host from the command line. The only file that knows all three; each loads only when it is chosen, so that a
// command does not pay for the window.

// Electron's types declare the version as always there; under plain Node it is not.
const underElectron = 'electron' in process.versions
// Electron's own; absent in a clone, where resources lie beside the sources.
const packaged = underElectron && !('defaultApp' in process)
const folders = appFolders(packaged ? process.resourcesPath : undefined)
useHeifThread(folders.heifEntry)
const { version } = JSON.parse(readFileSync(join(folders.root, 'package.json'), 'utf8')) as { version: string }

async function context(): Promise<HostContext> {
  const launcher = underElectron
    ? (await import('./hosts/electron/UtilityProcess.ts')).utilityLauncher(folders.engineEntry)
    : (await import('./engine/client/ForkProcess.ts')).forkLauncher(folders.engineEntry)
  return { version, folders, launcher }
}

async function runCommand(args: readonly string[]): Promise<void> {
  if (underElectron) await (await import('./hosts/electron/commandMode.ts')).prepareCommand()
  const host = await context()
  const { runCli } = await import('./hosts/cli/runCli.ts')
  await runCli(args, host, {
    serve: async (options) => await (await import('./hosts/web/serve.ts')).serve(options, host),
    api: async (options) => await (await import('./hosts/web/api.ts')).api(options, host),
  })
}

const args = commandArguments(process.argv, { underElectron, packaged })
if (args === null) {
  const { runWindow } = await import('./hosts/electron/runWindow.ts')
  runWindow(await context())
} else {
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  void runCommand(args)
}
