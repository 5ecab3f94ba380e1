import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the three systems keep the fonts of everybody, and those of the person who is logged in. They need not exist. */
export function fontFolders(platform: NodeJS.Platform = process.platform, home = homedir(), { SystemRoot, LOCALAPPDATA }: NodeJS.ProcessEnv = process.env): string[] {
  if (platform === 'win32') return [join(SystemRoot ?? 'C:\\Windows', 'Fonts'), join(LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Microsoft', 'Windows', 'Fonts')]
  if (platform === 'darwin') return ['/System/Library/Fonts', '/Library/Fonts', join(home, 'Library', 'Fonts')]
  return ['/usr/share/fonts', '/usr/local/share/fonts', join(home, '.local', 'share', 'fonts'), join(home, '.fonts')]
}
