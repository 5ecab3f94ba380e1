import type { Remedy } from '../contract/domains/library.ts'
import type { AppError } from '../contract/errors/AppError.ts'
import type { ErrorCode } from '../contract/errors/codes.ts'
import { kindOf } from './fileKind.ts'
import type { Judgement } from './judgeFiles.ts'
import { isRepairable } from './repairedEntries.ts'

/** What a file that is no GGUF looks like when a download went wrong: a page with an error, a pointer in place of the file. */
const failedDownloads = ['nothing (0 bytes)', 'HTML', 'a Git LFS pointer']

/** What a repair can put right: keys that are missing, or a kind called by another name. */
const lacksWords: readonly ErrorCode[] = ['PROJECTOR_INCOMPLETE', 'PROJECTOR_UNSUPPORTED']
/** Where the file is the wrong one, and the right one may be had where the model came from. */
const anotherExists: readonly ErrorCode[] = ['PROJECTOR_MISSING', 'PROJECTOR_NOT_GGUF', 'PROJECTOR_IS_MODEL', 'PROJECTOR_WIDTH_MISMATCH', 'PROJECTOR_NEEDED']

/** What can be done about a model, best first. */
export function modelRemedies({ code, params }: AppError, judgement: Judgement): Remedy[] {
  const isFailedDownload = code === 'MODEL_NOT_GGUF' && failedDownloads.includes(String(params['found']))
  if (code === 'MODEL_IS_PROJECTOR' && areSwapped(judgement)) return ['swapFiles', 'chooseModel']
  if (code === 'MODEL_DAMAGED' || code === 'MODEL_PART_MISSING' || isFailedDownload) return ['downloadAgain', 'chooseModel']
  return ['chooseModel']
}

/** What can be done about a projector, or about one that is not there, best first. `beside`: another one that fits lies in the model's folder. */
export function projectorRemedies({ code, params }: AppError, judgement: Judgement, beside: boolean): Remedy[] {
  const { projector, modelError } = judgement
  if (code === 'PROJECTOR_OLD') return ['repair']
  const isFailedDownload = code === 'PROJECTOR_NOT_GGUF' && failedDownloads.includes(String(params['found']))
  const remedies: Remedy[] = []
  if (code === 'PROJECTOR_IS_MODEL' && areSwapped(judgement)) remedies.push('swapFiles')
  if (lacksWords.includes(code) && projector !== null && isRepairable(projector.header)) remedies.push('repair')
  if (beside) remedies.push('useProjector')
  if (code === 'PROJECTOR_DAMAGED' || code === 'PROJECTOR_INCOMPLETE' || isFailedDownload) remedies.push('downloadAgain')
  else if (!beside && modelError === null && anotherExists.includes(code)) remedies.push('fetchProjector')
  remedies.push('chooseProjector')
  if (modelError === null) remedies.push('loadWithoutVision')
  return remedies
}

function areSwapped({ model, projector }: Judgement): boolean {
  return model !== null && projector !== null && kindOf(model.header) === 'projector' && kindOf(projector.header) === 'model'
}
