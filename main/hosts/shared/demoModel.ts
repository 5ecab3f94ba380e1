import { join } from 'node:path'
import type { ModelFiles } from '../../contract/domains/model.ts'

/** The tiny model the app brings along. */
export function demoModel(resources: string): ModelFiles {
  return { model: join(resources, 'demo-model/demo-llava.gguf'), projector: join(resources, 'demo-model/demo-llava-mmproj.gguf') }
}

/** The models people can have, see `contract/domains/catalogue.ts`. */
export function catalogueFile(resources: string): string {
  return join(resources, 'catalogue.json')
}

/** Folder of the templates that come with the app, see `services/templates/shippedTemplates.ts`. */
export function templateFolder(resources: string): string {
  return join(resources, 'templates')
}

/** Folder of the pictures it can read. */
export function sampleFolder(resources: string): string {
  return join(resources, 'samples')
}
