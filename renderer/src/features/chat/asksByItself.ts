import type { AppInfo } from '../../../../main/contract/domains/app.ts'
import { webAddress } from '../../../../main/contract/webAddress.ts'

/** Whether the host shows this address and asks before it opens it; a question of the page before that would be the same twice. */
export function asksByItself(host: AppInfo['host'] | undefined, address: string): boolean {
  return host === 'window' && webAddress(address) !== null
}
