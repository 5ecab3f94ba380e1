import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'

/** What the process that shows a page takes, in bytes. */
export interface RendererMemory {
  /** JavaScript objects that are in use. */
  readonly heap: number
  /** All of the process that is in memory, with the browser's own code that every process of it shares; null but on Linux. */
  readonly resident: number | null
  /** The part of `resident` that no other process shares; null but on Linux. */
  readonly own: number | null
}

/** Measures the page of a Chromium that was started for it alone, after collecting garbage. */
export async function rendererMemory(page: Page): Promise<RendererMemory> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value
  if (heap === undefined) throw new Error('this Chromium does not tell the size of its heap')
  return { heap, ...(process.platform === 'linux' ? processMemory(await rendererPid(page)) : { resident: null, own: null }) }
}

/** The process of the page: of all renderers (Chromium keeps a spare one) the one that has worked most. */
async function rendererPid(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('the page belongs to no browser of its own')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const [renderer] = processInfo.filter(({ type }) => type === 'renderer').sort((a, b) => b.cpuTime - a.cpuTime)
  if (renderer === undefined) throw new Error('this Chromium shows the page in no process of its own')
  return renderer.id
}

function processMemory(pid: number): { resident: number; own: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1]) * 1024
  return { resident: bytes('Rss'), own: bytes('Private_Clean') + bytes('Private_Dirty') }
}
