import { oc } from '@orpc/contract'
import * as z from 'zod'
import { connectionList, erasable, erasableAmounts, eraseReport } from './domains/privacy.ts'

const route = oc.errors({ APP: { data: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }) } })

/** The part of the API about what leaves this computer, and what stays on it. */
export const privacyApi = {
  connections: route.output(connectionList),
  /** Forgets the list. */
  clearConnections: route.output(connectionList),
  amounts: route.output(erasableAmounts),
  /** Deletes for good, stops what is being answered or read first, and looks at what is left. `ERASE_BUSY` where another LLaVA Desk is at work on the data. */
  erase: route.input(z.object({ what: z.array(z.enum(erasable)).min(1) })).output(eraseReport),
}
