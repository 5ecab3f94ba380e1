import type { Catalogue, CatalogueFile, CatalogueModel } from '../../contract/domains/catalogue.ts'
import type { InstalledModelRow } from '../../storage/installedModels.ts'

/** Names llama.cpp's own converter gives to every model. */
const isGeneric = /^ggml-model/

/** The projector the catalogue knows for a model at hand: by where it came from, by its file's name, by what its names say. Null: none is known. */
export function knownProjector(model: Pick<InstalledModelRow, 'catalogue' | 'files' | 'name'>, { models }: Catalogue): CatalogueFile | null {
  const file = fileName(model.files.model)
  const bySource = models.find(({ id }) => id === model.catalogue?.model)
  const byFile = isGeneric.test(file) ? undefined : models.find(({ variants }) => variants.some((variant) => fileName(variant.model.path) === file))
  const known = bySource ?? byFile ?? byWords(models, [file, model.name])
  const variant = known?.variants.find(({ id, model: { path } }) => id === model.catalogue?.variant || fileName(path) === file) ?? known?.variants[0]
  return variant?.projector ?? null
}

/** The model all words of whose id are in a name: "llava-1.5-7b" is in "LLaVA-v1.5-7B-Q3_K_S". The longest id wins. */
function byWords(models: readonly CatalogueModel[], names: readonly string[]): CatalogueModel | undefined {
  const words = names.map((name) => new Set(name.toLowerCase().match(/[a-z]+(?=[^a-z]|$)|\d+(?:\.\d+)*b?/g)))
  const fits = ({ id, vision }: CatalogueModel) => vision && words.some((has) => id.split('-').every((word) => has.has(word)))
  return models.filter(fits).sort((a, b) => b.id.length - a.id.length)[0]
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase()
}
