import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeAdapter, writeModelHeader, writeNoModel } from '../../../bench/synthetic/broken.ts'
import type { MetadataValue } from '../../../bench/gguf/format.ts'
import type { Remedy } from '../../contract/domains/library.ts'
import type { HeaderCase, NamedCase } from './writers.ts'
import { width, writeProjector, writeTextModel } from './writers.ts'

type At = (name: string) => string

const text = (value: string): MetadataValue => ({ type: 'string', value })
const elsewhere: readonly Remedy[] = ['fetchProjector', 'chooseProjector', 'loadWithoutVision']
const beside: readonly Remedy[] = ['useProjector', 'chooseProjector', 'loadWithoutVision']

/** A sound model with this projector. */
function withModel(at: At, projector: string | null): HeaderCase['files'] {
  writeTextModel(at('model.gguf'))
  return { model: at('model.gguf'), projector: projector === null ? null : at(projector) }
}

const mismatch = (at: At) => `The projector ${at('narrow.gguf')} makes vectors of width 16, but the model ${at('model.gguf')} needs width 32. They belong to different models; choose the mmproj of this model.`
const needed = (name: string) => `${name} can see pictures, but its projector (mmproj) is missing. Without it, it answers text alone.`
const textOnly = (name: string) => `${name} was made for text alone and cannot see pictures. Choose a LLaVA model to ask about pictures.`
const unsupported = (at: At, type: string) => `The projector ${at('mmproj.gguf')} is of the kind "${type}", which this version cannot run. Choose a LLaVA projector.`
const deaf = (at: At) => `${at('mmproj.gguf')} lets a model hear, not see. Choose the mmproj file that this model sees pictures with.`
const isModel = (path: string) => `${path} is a language model, not a projector (mmproj). Give the mmproj file that belongs to the model.`
const isProjector = (path: string) => `${path} is a projector (mmproj), not a language model. Give it as the projector and choose the language model it belongs to.`

/** A model of an architecture and a name, without a projector. */
function alone(what: string, header: { architecture: string; name: string; width?: number; file?: string; entries?: Record<string, MetadataValue> }, sees: boolean): NamedCase {
  const make = (at: At): HeaderCase => {
    const model = at(header.file ?? 'model.gguf')
    writeModelHeader(model, { width, ...header })
    return { files: { model, projector: null }, findings: [sees ? ['warning', needed(header.name), elsewhere] : ['info', textOnly(header.name), ['chooseModel']]] }
  }
  return { what: `${what}, without a projector`, make }
}

/** Files that are sound, as pairs that belong together or do not. */
export const pairs: readonly NamedCase[] = [
  {
    what: 'a model with its projector',
    make: (at) => {
      writeProjector(at('mmproj.gguf'))
      return { files: withModel(at, 'mmproj.gguf'), findings: [] }
    },
  },
  {
    what: 'a model with a linear projector that has a type',
    make: (at) => {
      writeProjector(at('mmproj.gguf'), { kind: 'linear' })
      return { files: withModel(at, 'mmproj.gguf'), findings: [] }
    },
  },
  {
    what: 'a projector of another width',
    make: (at) => {
      writeProjector(at('narrow.gguf'), { output: 16 })
      return { files: withModel(at, 'narrow.gguf'), findings: [['error', mismatch(at), elsewhere]] }
    },
  },
  {
    what: 'a projector of another width, the right one beside the model',
    make: (at) => {
      writeProjector(at('narrow.gguf'), { output: 16 })
      writeProjector(at('right.gguf'))
      return { files: withModel(at, 'narrow.gguf'), findings: [['error', mismatch(at), beside, at('right.gguf')]] }
    },
  },
  {
    what: 'a projector of another width, two that fit beside the model',
    make: (at) => {
      writeProjector(at('narrow.gguf'), { output: 16 })
      for (const name of ['one.gguf', 'two.gguf']) writeProjector(at(name))
      return { files: withModel(at, 'narrow.gguf'), findings: [['error', mismatch(at), elsewhere]] }
    },
  },
  {
    what: 'model and projector swapped',
    make: (at) => {
      writeProjector(at('mmproj.gguf'))
      const { model } = withModel(at, null)
      const findings: HeaderCase['findings'] = [
        ['error', isProjector(at('mmproj.gguf')), ['swapFiles', 'chooseModel']],
        ['error', isModel(model), ['swapFiles', 'chooseProjector']],
      ]
      return { files: { model: at('mmproj.gguf'), projector: model }, findings }
    },
  },
  {
    what: 'a projector as the model',
    make: (at) => {
      writeProjector(at('mmproj.gguf'))
      return { files: { model: at('mmproj.gguf'), projector: null }, findings: [['error', isProjector(at('mmproj.gguf')), ['chooseModel']]] }
    },
  },
  {
    what: 'another model as the projector',
    make: (at) => {
      writeTextModel(at('other.gguf'))
      return { files: withModel(at, 'other.gguf'), findings: [['error', isModel(at('other.gguf')), elsewhere]] }
    },
  },
  {
    what: 'a model as its own projector, the right one beside it',
    make: (at) => {
      writeProjector(at('mmproj.gguf'))
      return { files: withModel(at, 'model.gguf'), findings: [['error', isModel(at('model.gguf')), beside, at('mmproj.gguf')]] }
    },
  },
  {
    what: 'a LoRA adapter as the model',
    make: (at) => {
      writeAdapter(at('lora.gguf'), width)
      const problem = `${at('lora.gguf')} is a LoRA adapter, not a model. Add it as an adapter to the model it was trained for.`
      return { files: { model: at('lora.gguf'), projector: null }, findings: [['error', problem, ['chooseModel']]] }
    },
  },
  {
    what: 'a LoRA adapter as the projector',
    make: (at) => {
      writeAdapter(at('mmproj.gguf'), width)
      return { files: withModel(at, 'mmproj.gguf'), findings: [['error', unsupported(at, 'llama'), ['chooseProjector', 'loadWithoutVision']]] }
    },
  },
  alone('a model named LLaVA', { architecture: 'llama', name: 'LLaVA v1.5 7B' }, true),
  alone('a model in a file named LLaVA', { architecture: 'llama', name: 'LLaMA v2', file: 'bakllava-1.Q4_K_M.gguf' }, true),
  alone('a model tagged for pictures', { architecture: 'qwen2', name: 'Mona', entries: { 'general.tags': { type: 'string[]', value: ['image-text-to-text'] } } }, true),
  alone('MiniCPM-V', { architecture: 'qwen2', name: 'MiniCPM-V 2.6' }, true),
  alone('Qwen2-VL', { architecture: 'qwen2vl', name: 'Mona' }, true),
  alone('Gemma 3 4B', { architecture: 'gemma3', name: 'Gemma 3 4b It', width: 2560 }, true),
  alone('Gemma 3 1B', { architecture: 'gemma3', name: 'Gemma 3 1b It', width: 1152 }, false),
  alone('Vicuna', { architecture: 'llama', name: 'Vicuna 7B v1.5' }, false),
  {
    what: 'a model named LLaVA without a projector, one that fits beside it',
    make: (at) => {
      writeProjector(at('a.gguf'))
      writeProjector(at('b.gguf'), { output: 16 })
      writeTextModel(at('model.gguf'), { name: 'llava-7b' })
      return { files: { model: at('model.gguf'), projector: null }, findings: [['warning', needed('llava-7b'), beside, at('a.gguf')]] }
    },
  },
  {
    what: 'a model without a telling name in a folder named LLaVA, one projector that fits beside it',
    make: (at) => {
      const folder = at('ggml_llava-v1.5-7b')
      mkdirSync(folder)
      const inside: At = (name) => join(folder, name)
      writeProjector(inside('mmproj-model-f16.gguf'))
      return { files: withModel(inside, null), findings: [['warning', needed('synthetic 32x1'), beside, inside('mmproj-model-f16.gguf')]] }
    },
  },
  {
    what: 'a projector of a kind libmtmd does not run',
    make: (at) => {
      writeProjector(at('mmproj.gguf'), { entries: { 'clip.projector_type': text('q_former') } })
      return { files: withModel(at, 'mmproj.gguf'), findings: [['error', unsupported(at, 'q_former'), ['chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'a projector that calls itself linear, which libmtmd does not know',
    make: (at) => {
      writeProjector(at('mmproj.gguf'), { kind: 'linear', entries: { 'clip.projector_type': text('linear') } })
      return { files: withModel(at, 'mmproj.gguf'), findings: [['error', unsupported(at, 'linear'), ['repair', 'chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'a projector that only hears',
    make: (at) => {
      writeProjector(at('mmproj.gguf'), { entries: { 'clip.projector_type': text('ultravox') } })
      return { files: withModel(at, 'mmproj.gguf'), findings: [['error', deaf(at), ['chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'the hearing half of a projector that could do both',
    make: (at) => {
      const entries = { 'clip.projector_type': text('qwen2.5o'), 'clip.has_vision_encoder': null, 'clip.has_audio_encoder': { type: 'bool', value: true } } as const
      writeProjector(at('mmproj.gguf'), { entries })
      return { files: withModel(at, 'mmproj.gguf'), findings: [['error', deaf(at), ['chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'a model of an architecture llama.cpp does not know',
    make: (at) => {
      writeModelHeader(at('model.gguf'), { architecture: 'llama9', name: 'x', width })
      const problem = `${at('model.gguf')} has the architecture "llama9", which this version cannot run. Choose another model.`
      return { files: { model: at('model.gguf'), projector: null }, findings: [['error', problem, ['chooseModel']]] }
    },
  },
  {
    what: 'an encoder for embeddings as the model',
    make: (at) => {
      writeModelHeader(at('model.gguf'), { architecture: 'bert', name: 'x', width })
      const problem = `${at('model.gguf')} has the architecture "bert", which this version cannot run. Choose another model.`
      return { files: { model: at('model.gguf'), projector: null }, findings: [['error', problem, ['chooseModel']]] }
    },
  },
  {
    what: 'a GGUF file that holds nothing, as both',
    make: (at) => {
      writeNoModel(at('mmproj.gguf'))
      const problem = `${at('mmproj.gguf')} has the architecture "nothing", which this version cannot run. Choose another model.`
      return { files: { model: at('mmproj.gguf'), projector: at('mmproj.gguf') }, findings: [['error', problem, ['chooseModel']], ['error', unsupported(at, 'nothing'), ['chooseProjector']]] }
    },
  },
]
