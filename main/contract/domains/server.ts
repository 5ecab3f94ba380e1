import * as z from 'zod'
import { errorData } from './chat.ts'

/** The server that other programs on this machine may ask, in OpenAI's form. */
export const serverState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({ state: z.literal('starting') }),
  /** `address`: what clients take for their base URL. */
  z.object({ state: z.literal('running'), port: z.number().int(), address: z.string() }),
  z.object({ state: z.literal('failed'), error: errorData }),
])
export type ServerState = z.infer<typeof serverState>

/** The secret that a program sends along. */
export const serverToken = z.object({ token: z.string() })
