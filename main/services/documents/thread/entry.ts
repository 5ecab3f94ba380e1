import { parentPort, workerData } from 'node:worker_threads'
import type { PdfThreadData } from '../protocol.ts'
import { serve } from './serve.ts'

/** The thread that draws PDF pages (`PdfThread.ts` starts it). */
if (parentPort === null) throw new Error('This file runs as a thread')
void serve(parentPort, workerData as PdfThreadData)
