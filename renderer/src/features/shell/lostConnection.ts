import type { AppInfo } from '../../../../main/contract/domains/app.ts'
import type { Words } from '../../i18n/Words.svelte.ts'

/**
 * What to do about a lost connection. A window ends with its program; a page in a browser stays behind, and a new start has
 * another token and mostly another port. `host` is not known before the services have answered once.
 */
export function lostConnection(words: Words, host: AppInfo['host'] | undefined): string {
  switch (host) {
    case 'window':
      return words.t('connection.lostWindow')
    case 'browser':
      return words.t('connection.lostBrowser')
    case 'command':
    case undefined:
      return words.error({ code: 'CONNECTION_LOST', params: {} })
  }
}
