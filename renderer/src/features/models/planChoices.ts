import type { Settings } from '../../../../main/contract/domains/app.ts'
import type { PlanChoices } from '../../../../main/contract/domains/library.ts'

/** The part of the settings that a plan takes. */
export function choicesOf({ backend, contextSize, gpuLayers, projectorOnGpu, kvType }: Settings['engine']): PlanChoices {
  return { backend, contextSize, gpuLayers, projectorOnGpu, kvType }
}

export function sameChoices(a: PlanChoices, b: PlanChoices): boolean {
  return a.backend === b.backend && a.contextSize === b.contextSize && a.gpuLayers === b.gpuLayers && a.projectorOnGpu === b.projectorOnGpu && a.kvType === b.kvType
}
