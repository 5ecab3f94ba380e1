import { parentPort, workerData } from 'node:worker_threads'
import type { HeifRequest } from '../protocol.ts'
import { answer } from './answer.ts'

/** The thread that decodes one HEIF picture (`readHeif.ts` starts it). */
if (parentPort === null) throw new Error('This file runs as a thread')
const reply = answer(workerData as HeifRequest)
parentPort.postMessage(reply, reply.ok && 'rgb' in reply.value ? [reply.value.rgb.buffer] : [])
