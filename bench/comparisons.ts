import { compareGrowth } from './app/growth.ts'
import { compareImages } from './app/images.ts'
import { compareSearch } from './app/search.ts'
import { compareSoak } from './app/soak.ts'
import { compareStart } from './app/start.ts'
import { compareAccuracy } from './extraction/accuracy.ts'
import { compareConfidence } from './extraction/confidence.ts'
import { compareExtractSpeed } from './extraction/speed.ts'
import { comparePlans } from './memory/plans.ts'
import { compareChats } from './speed/chats.ts'
import { compareDrafting } from './speed/drafting.ts'
import { compareDuringBatch } from './speed/duringBatch.ts'
import { compareFirstToken } from './speed/firstToken.ts'
import { compareImageToFirstToken } from './speed/imageToFirstToken.ts'
import type { BenchShape } from './speed/models.ts'
import { compareOverhead } from './speed/overhead.ts'
import { comparePages } from './speed/pages.ts'
import { compareRates } from './speed/rates.ts'
import { compareRecords } from './speed/records.ts'
import type { Comparison } from './speed/statistics.ts'

export interface BenchOptions {
  readonly threads: number
  readonly rounds: number
  /** Of the comparisons with pictures; rates are always those of the 7B shape. */
  readonly shape: BenchShape
  readonly promptTokens: number
  readonly generatedTokens: number
  readonly pages: number
  /** Of the soak. */
  readonly requests: number
}

/** Every comparison, by the name that `--only` takes. */
export const comparisons: Readonly<Record<string, (options: BenchOptions) => Promise<Comparison[]>>> = {
  overhead: async (options) => await compareOverhead({ ...options, rounds: Math.max(5, options.rounds), generatedTokens: 200 }),
  'first-token': compareFirstToken,
  'image-to-first-token': compareImageToFirstToken,
  'follow-up': async (options) => await compareChats(['follow-up'], options),
  'new-chat': async (options) => await compareChats(['new-chat'], options),
  reopen: async (options) => await compareChats(['reopen'], options),
  /** The three before in one, on the same loads. */
  chats: async (options) => await compareChats(['follow-up', 'new-chat', 'reopen'], options),
  rates: compareRates,
  records: compareRecords,
  /** Each round is minutes long, and an average over all its pages. */
  pages: async (options) => await comparePages({ ...options, rounds: Math.min(options.rounds, 1) }),
  'during-batch': compareDuringBatch,
  drafting: async (options) => await compareDrafting({ ...options, generatedTokens: 2 * options.generatedTokens }),
  memory: comparePlans,
  soak: compareSoak,
  start: compareStart,
  images: compareImages,
  growth: compareGrowth,
  search: compareSearch,
  'extract-accuracy': compareAccuracy,
  'extract-speed': compareExtractSpeed,
  confidence: compareConfidence,
}

/** What runs unless something else is named; not `memory`, which needs 20 GB, nor what takes long. */
export const usual: readonly string[] = ['overhead', 'image-to-first-token', 'chats', 'records', 'during-batch', 'start', 'images', 'growth', 'search', 'rates']
