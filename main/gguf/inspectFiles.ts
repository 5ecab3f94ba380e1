import { basename, dirname, resolve } from 'node:path'
import type { Finding, Inspection } from '../contract/domains/library.ts'
import type { ModelFiles } from '../contract/domains/model.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { kindOf } from './fileKind.ts'
import { projectorsBeside } from './fittingProjectors.ts'
import { isOld, judgeFiles } from './judgeFiles.ts'
import type { Judgement } from './judgeFiles.ts'
import { modelFacts, modelName } from './model.ts'
import { projectorFacts } from './projector.ts'
import { modelRemedies, projectorRemedies } from './remedies.ts'
import { namesSight, seesPictures } from './sight.ts'

/**
 * What a model and its projector are, and what a person should know and could do before they are loaded, from their headers
 * alone. `loadable` is what the engine's own check (`checkFiles`) says. Whatever is in the files ends as a finding.
 */
export async function inspectFiles(files: ModelFiles): Promise<Inspection> {
  const judgement = await judgeFiles(files)
  const { model, projector } = judgement
  const findings = await findingsOf(files, judgement)
  return {
    model: model !== null && kindOf(model.header) === 'model' ? modelFacts(model) : null,
    projector: projector !== null && kindOf(projector.header) === 'projector' ? projectorFacts(projector) : null,
    findings,
    loadable: findings.every(({ severity }) => severity !== 'error'),
  }
}

async function findingsOf(files: ModelFiles, judgement: Judgement): Promise<Finding[]> {
  const { model, projector, modelError, projectorError, pairError } = judgement
  const beside = await onlyProjectorBeside(files, judgement)
  const other = (severity: Finding['severity'], error: AppError): Finding => {
    const remedies = projectorRemedies(error, judgement, beside !== null)
    return finding(severity, error, remedies, remedies.includes('useProjector') ? beside : null)
  }
  const findings: Finding[] = []
  if (modelError !== null) findings.push(finding('error', modelError, modelRemedies(modelError, judgement)))
  if (projectorError !== null) findings.push(other('error', projectorError))
  if (pairError !== null) findings.push(other('error', pairError))
  if (projectorError === null && projector !== null && isOld(projector)) findings.push(other('warning', new AppError('PROJECTOR_OLD', { path: projector.path })))
  if (model === null || modelError !== null || files.projector !== null) return findings
  const sees = seesPictures(model) || (beside !== null && namesSight(basename(dirname(resolve(model.path)))))
  const params = { model: modelName(model) }
  return [sees ? other('warning', new AppError('PROJECTOR_NEEDED', params)) : finding('info', new AppError('MODEL_TEXT_ONLY', params), ['chooseModel'])]
}

/** The one projector beside the model that fits; null where there is none, or more than one to choose from. */
async function onlyProjectorBeside(files: ModelFiles, { model, modelError, projector, projectorError, pairError }: Judgement): Promise<string | null> {
  const isWanted = projector === null || projectorError !== null || pairError !== null
  if (model === null || modelError !== null || !isWanted) return null
  const paths = (await projectorsBeside(model)).filter((path) => files.projector === null || resolve(path) !== resolve(files.projector))
  return paths.length === 1 ? (paths[0] ?? null) : null
}

function finding(severity: Finding['severity'], { code, params }: AppError, remedies: readonly Finding['remedies'][number][], projector: string | null = null): Finding {
  return { severity, problem: { code, params }, remedies: [...remedies], projector }
}
