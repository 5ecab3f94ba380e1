import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter'
import { hostNames, whyNot } from './hosts.ts'

/**
 * Prints which hosts ran and, as the last line, 'N passed, N failed' with what was skipped. A host that can run here and was not
 * run fails the whole: silence must not look like success.
 */
export default class HostsReporter implements Reporter {
  readonly #results = new Map<TestCase, TestResult>()
  #suite: Suite | null = null
  readonly #errors: string[] = []

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#results.set(test, result)
  }

  onError(error: { message?: string }): void {
    this.#errors.push(error.message ?? 'an error outside a test')
  }

  onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const missing = this.#reportHosts()
    const tests = [...this.#results.keys()]
    for (const test of tests) {
      const why = test.annotations.find(({ type }) => type === 'skip')?.description
      if (test.outcome() === 'skipped') console.log(`skipped: ${test.titlePath().slice(1).join(' > ')}: ${why ?? 'NO REASON GIVEN'}`)
    }
    const count = (...outcomes: string[]) => tests.filter((test) => outcomes.includes(test.outcome())).length
    const failed = count('unexpected', 'flaky') + this.#errors.length + missing
    const skipped = count('skipped')
    console.log(`${count('expected')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
    return Promise.resolve({ status: failed > 0 ? 'failed' : result.status })
  }

  /** One line a host. Returns how many should have run and did not. */
  #reportHosts(): number {
    // Somebody who asks for a part of the specs gets that part.
    const whole = !process.argv.some((given) => /^(--project|--grep|-g|--last-failed|--only-changed|--shard)|\.spec\.ts/.test(given))
    let missing = 0
    for (const host of hostNames) {
      const ran = (this.#suite?.suites ?? []).filter((suite) => suite.project()?.name === host).flatMap((suite) => suite.allTests())
      const why = whyNot(host)
      if (ran.length > 0) console.log(`host ${host}: ran, ${ran.length} tests`)
      else console.log(`host ${host}: did not run: ${why ?? (whole ? 'SHOULD HAVE RUN' : 'not asked for')}`)
      if (ran.length === 0 && why === null && whole) missing++
    }
    return missing
  }
}
