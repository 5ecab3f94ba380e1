import type { Template } from '../../../../../main/contract/domains/template.ts'
import type { Templates } from '../../../state/Templates.svelte.ts'
import { saveFile } from '../../../ui/saveFile.ts'

/** Hands a template to the person as a file. */
export async function exportTemplate(templates: Templates, template: Template, format: 'template' | 'schema'): Promise<void> {
  const file = await templates.write(template, format)
  if (file !== null) saveFile(new Blob([file.text], { type: 'application/json' }), file.name)
}
