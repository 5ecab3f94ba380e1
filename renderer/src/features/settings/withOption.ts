import type { GenerationOptions } from '../../../../main/contract/domains/chat.ts'

/** The options with one of them set, or left to the program for null. */
export function withOption<K extends keyof GenerationOptions>(options: GenerationOptions, key: K, value: NonNullable<GenerationOptions[K]> | null): GenerationOptions {
  const changed = { ...options }
  if (value === null) Reflect.deleteProperty(changed, key)
  else changed[key] = value
  return changed
}
