import { resolve } from 'node:path'
import envPaths from 'env-paths'

/**
 * Where chats, pictures and settings are kept: one folder for window and browser, so that both show the same chats.
 * `LLAVA_DESK_DATA` names another one (tests, a portable copy, a second profile).
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env['LLAVA_DESK_DATA']
  return chosen === undefined || chosen === '' ? envPaths('llava-desk', { suffix: '' }).data : resolve(chosen)
}
