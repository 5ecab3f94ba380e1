import type { Page } from '@playwright/test'
import type { HostName } from './hosts.ts'

/** How a test wants the app started. */
export interface LaunchOptions {
  readonly dataFolder: string
  readonly environment?: Readonly<Record<string, string>>
  /** What the native dialog for files answers, in hosts that have one. */
  readonly chosenFile?: string
  /** BCP 47; the language of the browser or of the window's system. */
  readonly locale: string
  readonly colorScheme: 'light' | 'dark'
  readonly viewport: { readonly width: number; readonly height: number }
}

/** The app in one host, with a page that a test can drive. */
export interface RunningApp {
  readonly host: HostName
  readonly page: Page
  /** Everything the page may load begins with this. */
  readonly origin: string
  /** Process of the services; the engine is its child. */
  readonly pid: number
  /** A second page of the same app; null where the host has one window. */
  newPage(): Promise<Page | null>
  /** What the app printed so far. */
  log(): string
  /** Quits as a person would. */
  stop(): Promise<void>
  /** Ends the host process at once, as a power cut does; the page stays behind. */
  kill(): Promise<void>
}

/** Waits until the page shows the truth. */
export async function untilReady(page: Page): Promise<void> {
  await page.locator('html[data-ready="true"]').waitFor({ state: 'attached', timeout: 30_000 })
}
