import type { ServerResponse } from 'node:http'
import type { CompletionService, CompletionStep } from '../../services/completions/CompletionService.ts'
import type { CompletionRequest } from '../../services/completions/readRequest.ts'
import { apiErrorOf } from './apiErrorOf.ts'
import { chunks, completionBody, newHead } from './bodies.ts'
import type { AnswerEnd } from './bodies.ts'
import { EventStream } from './EventStream.ts'
import { sendJson } from './sendJson.ts'

/** Answers a request at once or as it is written, and returns how it ended. Rejects as `complete` where nothing was sent yet. */
export async function sendCompletion(completions: CompletionService, request: CompletionRequest, response: ServerResponse, signal: AbortSignal): Promise<AnswerEnd | null> {
  const steps = completions.complete(request, signal)
  return request.stream ? await sendStream(steps, request, completions.version, response, signal) : await sendWhole(steps, request, completions.version, response)
}

async function sendWhole(steps: AsyncIterable<CompletionStep>, request: CompletionRequest, version: string, response: ServerResponse): Promise<AnswerEnd> {
  let text = ''
  for await (const step of steps) {
    if (step.type === 'text') text += step.text
    else {
      sendJson(response, 200, completionBody(newHead(request.model, version), text, step))
      return step
    }
  }
  throw new Error('The answer ended without its end')
}

/** The head goes out with the first text, so that what is wrong before gets its own status. Null: it broke off, and the stream says why. */
async function sendStream(steps: AsyncIterable<CompletionStep>, request: CompletionRequest, version: string, response: ServerResponse, signal: AbortSignal): Promise<AnswerEnd | null> {
  const stream = new EventStream(response, signal)
  const chunk = chunks(newHead(request.model, version), request.includeUsage)
  let end: AnswerEnd | null = null
  try {
    for await (const step of steps) {
      if (!stream.begun) await stream.send(chunk.begin())
      if (step.type === 'text') await stream.send(chunk.text(step.text))
      else end = step
    }
    if (end === null) throw new Error('The answer ended without its end')
    await stream.send(chunk.end(end))
    if (request.includeUsage) await stream.send(chunk.usage(end))
    await stream.send('[DONE]')
  } catch (thrown) {
    if (!stream.begun || signal.aborted) throw thrown
    end = null
    await stream.send(apiErrorOf(thrown).toJSON())
  }
  response.end()
  return end
}
