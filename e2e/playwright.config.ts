import { defineConfig } from '@playwright/test'
import type { Options } from './support/fixtures.ts'
import { hostNames, whyNot } from './support/hosts.ts'

/** Specs that need a page and its host run against every host; the others belong to one project, and so does what measures the browser itself. */
const withoutPage = ['command', 'kills', 'memory', 'start']
/** Specs of what the page does by itself: the same page in every host, so one of them says it. */
const pageAlone = ['page']

export default defineConfig<Options>({
  testDir: './specs',
  outputDir: '../test-results',
  // The engine wants all cores; two tests at once would only slow each other down.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // A test that needs a second try is a defect of the app or of the test.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { actionTimeout: 15_000 },
  reporter: [['list'], ['./support/HostsReporter.ts']],
  projects: [
    ...hostNames
      .filter((host) => whyNot(host) === null)
      .map((host) => ({ name: host, testIgnore: (host === 'browser' ? withoutPage : [...withoutPage, ...pageAlone]).map((name) => `**/${name}/**`), use: { host } })),
    { name: 'command', testMatch: withoutPage.map((name) => `**/${name}/**`), use: { host: 'browser' } },
  ],
})
