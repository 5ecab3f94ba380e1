import type { Backend } from '../../../../main/contract/domains/model.ts'

/** What the ways to run a model are called, in every language. */
export const backendNames: Readonly<Record<Backend, string>> = { cpu: 'CPU', vulkan: 'Vulkan', cuda: 'CUDA', metal: 'Metal' }

/** As `backendNames`, with whose they are, for a choice among them. */
export const backendChoices = [
  { value: 'cpu', label: 'CPU' },
  { value: 'cuda', label: 'CUDA (NVIDIA)' },
  { value: 'vulkan', label: 'Vulkan' },
  { value: 'metal', label: 'Metal (macOS)' },
] as const
