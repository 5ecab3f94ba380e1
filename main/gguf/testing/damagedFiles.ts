import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MetadataValue } from '../../../bench/gguf/format.ts'
import { writeGguf } from '../../../bench/gguf/write.ts'
import { writeChanged, writeTruncated } from '../../../bench/synthetic/broken.ts'
import type { ProjectorShape } from '../../../bench/synthetic/projector.ts'
import { Random } from '../../../bench/synthetic/random.ts'
import type { Remedy } from '../../contract/domains/library.ts'
import type { HeaderCase, NamedCase } from './writers.ts'
import { writeProjector, writeTextModel, writeTextModelParts } from './writers.ts'

type At = (name: string) => string

const text = (value: string): MetadataValue => ({ type: 'string', value })
const again: readonly Remedy[] = ['downloadAgain', 'chooseModel']
const choose: readonly Remedy[] = ['chooseModel']
const projectorAgain: readonly Remedy[] = ['downloadAgain', 'chooseProjector', 'loadWithoutVision']

/** A sound model, changed in its bytes: it cannot be read for this reason. */
function changedModel(what: string, change: (bytes: Buffer) => void, detail: string): NamedCase {
  const make = (at: At): HeaderCase => {
    writeTextModel(at('sound.gguf'))
    writeChanged(at('model.gguf'), at('sound.gguf'), change)
    return { files: { model: at('model.gguf'), projector: null }, findings: [['error', damagedModel(at('model.gguf'), detail), again]] }
  }
  return { what, make }
}

const damagedModel = (path: string, detail: string) => `${path} is damaged or incomplete (${detail}). Download or copy it again.`
const damagedProjector = (path: string, detail: string) => `${path} is damaged or incomplete (${detail}). Download or copy the projector again.`

/** A file of these bytes as the model. */
function noModel(what: string, bytes: Buffer | string, found: string, remedies: readonly Remedy[]): NamedCase {
  const make = (at: At): HeaderCase => {
    writeFileSync(at('model.gguf'), bytes)
    return { files: { model: at('model.gguf'), projector: null }, findings: [['error', `${at('model.gguf')} is not a GGUF model: its contents look like ${found}. Choose a .gguf file.`, remedies]] }
  }
  return { what, make }
}

/** A projector written with these changes, with a sound model. */
function projector(what: string, changes: Partial<ProjectorShape>, finding: (path: string) => HeaderCase['findings'][number]): NamedCase {
  const make = (at: At): HeaderCase => {
    writeTextModel(at('model.gguf'))
    writeProjector(at('mmproj.gguf'), changes)
    return { files: { model: at('model.gguf'), projector: at('mmproj.gguf') }, findings: [finding(at('mmproj.gguf'))] }
  }
  return { what, make }
}

const old = (path: string): HeaderCase['findings'][number] => ['warning', `${path} was written before projectors named their kind. It runs here; a repaired copy names its kind, which other programs ask for.`, ['repair']]
const lacking = (path: string, keys: string) => `${path} lacks what every projector must say (${keys}). Get the mmproj file of this model again, or another one that fits.`
const guessable = { 'clip.has_vision_encoder': null, 'clip.vision.projection_dim': null, 'clip.vision.image_mean': null, 'clip.vision.image_std': { type: 'f32[]', value: [0.5] } } as const
const guessableKeys = 'clip.has_vision_encoder, clip.vision.projection_dim, clip.vision.image_mean, clip.vision.image_std'

/** Files in a version of GGUF that llama.cpp does not read. */
function versioned(what: string, version: number, detail: string): NamedCase[] {
  const problem = (path: string) => `${path} is not damaged, but cannot be read here (${detail}). Choose a newer file of the same model.`
  const change = (bytes: Buffer) => void bytes.writeUInt32LE(version, 4)
  const asModel = (at: At): HeaderCase => {
    writeTextModel(at('sound.gguf'))
    writeChanged(at('model.gguf'), at('sound.gguf'), change)
    return { files: { model: at('model.gguf'), projector: null }, findings: [['error', problem(at('model.gguf')), choose]] }
  }
  const asProjector = (at: At): HeaderCase => {
    writeTextModel(at('model.gguf'))
    writeProjector(at('sound.gguf'))
    writeChanged(at('mmproj.gguf'), at('sound.gguf'), change)
    rmSync(at('sound.gguf'))
    return { files: { model: at('model.gguf'), projector: at('mmproj.gguf') }, findings: [['error', problem(at('mmproj.gguf')), ['chooseProjector', 'loadWithoutVision']]] }
  }
  return [{ what: `${what} as the model`, make: asModel }, { what: `${what} as the projector`, make: asProjector }]
}

/** Changes the first place where `from` stands. */
function replace(bytes: Buffer, from: string, to: string): void {
  bytes.write(to, bytes.indexOf(from), 'latin1')
}

const giant = 2n ** 62n
const offsetBehind = (bytes: Buffer, key: string, skip: number) => bytes.indexOf(key) + key.length + skip

/** Files that are broken, foreign, old or incomplete. */
export const damagedFiles: readonly NamedCase[] = [
  ...versioned('GGUF version 1', 1, 'GGUF version 1, which llama.cpp no longer reads'),
  ...versioned('a big-endian file', 0x03000000, 'a big-endian file'),
  ...versioned('GGUF version 4', 4, 'GGUF version 4'),
  changedModel('a giant number of tensors', (bytes) => bytes.writeBigUInt64LE(giant, 8), `tensors: ${giant} do not fit into the file`),
  changedModel('a giant number of entries', (bytes) => bytes.writeBigUInt64LE(giant, 16), `metadata entries: ${giant} do not fit into the file`),
  changedModel('a key of giant length', (bytes) => bytes.writeBigUInt64LE(giant, 24), `the length of a key: ${giant} do not fit into the file`),
  changedModel('a text of giant length', (bytes) => bytes.writeBigUInt64LE(giant, offsetBehind(bytes, 'general.name', 4)), `the length of a text: ${giant} do not fit into the file`),
  changedModel('a giant vocabulary', (bytes) => bytes.writeBigUInt64LE(giant, offsetBehind(bytes, 'tokenizer.ggml.tokens', 8)), `elements of tokenizer.ggml.tokens: ${giant} do not fit into the file`),
  changedModel('a tensor of giant size', (bytes) => bytes.writeBigUInt64LE(giant, offsetBehind(bytes, 'token_embd.weight', 4)), `a dimension: ${giant} is out of range`),
  changedModel('a tensor of many dimensions', (bytes) => bytes.writeUInt32LE(1000, offsetBehind(bytes, 'token_embd.weight', 0)), 'tensor token_embd.weight has 1000 dimensions'),
  changedModel('a tensor of a type that does not exist', (bytes) => bytes.writeUInt32LE(99, offsetBehind(bytes, 'token_embd.weight', 20)), 'tensor token_embd.weight has the unknown type 99'),
  changedModel('a tensor that lies elsewhere', (bytes) => bytes.writeBigUInt64LE(64n, offsetBehind(bytes, 'token_embd.weight', 24)), 'tensor token_embd.weight does not begin where the one before it ends'),
  changedModel('an entry of a type that does not exist', (bytes) => bytes.writeUInt32LE(77, offsetBehind(bytes, 'general.name', 0)), 'general.name has the unknown type 77'),
  changedModel('a tensor name that occurs twice', (bytes) => replace(bytes, 'blk.0.attn_k.weight', 'blk.0.attn_q.weight'), 'tensor blk.0.attn_q.weight occurs twice'),
  changedModel('a key that occurs twice', (bytes) => replace(bytes, 'tokenizer.ggml.bos', 'tokenizer.ggml.eos'), 'the key tokenizer.ggml.eos_token_id occurs twice'),
  {
    what: 'a model without an architecture',
    make: (at) => {
      writeGguf(at('model.gguf'), {}, [])
      return { files: { model: at('model.gguf'), projector: null }, findings: [['error', damagedModel(at('model.gguf'), 'general.architecture is missing'), again]] }
    },
  },
  {
    what: 'a model that ends in its header',
    make: (at) => {
      writeTextModel(at('sound.gguf'))
      writeTruncated(at('model.gguf'), at('sound.gguf'), 0.02)
      return { files: { model: at('model.gguf'), projector: null }, findings: [['error', damagedModel(at('model.gguf'), 'elements of tokenizer.ggml.tokens: 384 do not fit into the file'), again]] }
    },
  },
  {
    what: 'a model that ends in its weights',
    make: (at) => {
      writeTextModel(at('sound.gguf'))
      writeTruncated(at('model.gguf'), at('sound.gguf'), 0.99)
      const { size } = statSync(at('sound.gguf'))
      const detail = `the file ends at byte ${Math.floor(size * 0.99)}, its tensor output.weight at byte ${size}`
      return { files: { model: at('model.gguf'), projector: null }, findings: [['error', damagedModel(at('model.gguf'), detail), again]] }
    },
  },
  {
    what: 'a projector that ends in its weights',
    make: (at) => {
      writeTextModel(at('model.gguf'))
      writeProjector(at('sound.gguf'))
      writeTruncated(at('mmproj.gguf'), at('sound.gguf'), 0.999)
      const { size } = statSync(at('sound.gguf'))
      const detail = `the file ends at byte ${Math.floor(size * 0.999)}, its tensor mm.2.bias at byte ${size}`
      rmSync(at('sound.gguf'))
      return { files: { model: at('model.gguf'), projector: at('mmproj.gguf') }, findings: [['error', damagedProjector(at('mmproj.gguf'), detail), projectorAgain]] }
    },
  },
  noModel('an empty file', '', 'nothing (0 bytes)', again),
  noModel('a text file', 'This is no model.\n', 'text', choose),
  noModel('the page of an error', '<!DOCTYPE html><html><body>404</body></html>', 'HTML', again),
  noModel('a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4081004224\n', 'a Git LFS pointer', again),
  noModel('a safetensors file', Buffer.concat([Buffer.from([0x40, 1, 0, 0, 0, 0, 0, 0]), Buffer.from('{"__metadata__":{}}'), Buffer.from([200, 201])]), 'safetensors', choose),
  noModel('random bytes', Buffer.from(Array.from({ length: 4096 }, randomByte(7))), 'unknown data', choose),
  {
    what: 'nothing at either path',
    make: (at) => {
      const findings: HeaderCase['findings'] = [
        ['error', `There is no model file at ${at('model.gguf')}. Check the path, or choose another model.`, choose],
        ['error', `There is no projector file at ${at('mmproj.gguf')}. Check the path, or choose another projector.`, ['chooseProjector']],
      ]
      return { files: { model: at('model.gguf'), projector: at('mmproj.gguf') }, findings }
    },
  },
  {
    what: 'no projector at its path, one that fits beside the model',
    make: (at) => {
      writeTextModel(at('model.gguf'))
      writeProjector(at('other.gguf'))
      const problem = `There is no projector file at ${at('mmproj.gguf')}. Check the path, or choose another projector.`
      return { files: { model: at('model.gguf'), projector: at('mmproj.gguf') }, findings: [['error', problem, ['useProjector', 'chooseProjector', 'loadWithoutVision'], at('other.gguf')]] }
    },
  },
  {
    what: 'a path the system cannot read',
    make: (at) => {
      const path = at('x'.repeat(300))
      return { files: { model: path, projector: null }, findings: [['error', `${path} cannot be read (ENAMETOOLONG). Check its permissions and try again.`, choose]] }
    },
  },
  {
    what: 'a picture as the projector',
    make: (at) => {
      writeTextModel(at('model.gguf'))
      const path = join(import.meta.dirname, '../../../resources/samples/form-1.png')
      const problem = `${path} is not a GGUF projector: its contents look like PNG. Choose the mmproj .gguf file of the model.`
      return { files: { model: at('model.gguf'), projector: path }, findings: [['error', problem, ['fetchProjector', 'chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'a model in three files',
    make: (at) => {
      const [first = ''] = writeTextModelParts(at('llava'), 3)
      return { files: { model: first, projector: null }, findings: [['warning', 'synthetic 32x1 can see pictures, but its projector (mmproj) is missing. Without it, it answers text alone.', ['fetchProjector', 'chooseProjector', 'loadWithoutVision']]] }
    },
  },
  {
    what: 'a model in three files, of which one is gone',
    make: (at) => {
      const [first = '', , third = ''] = writeTextModelParts(at('x'), 3)
      rmSync(third)
      const problem = `${first} is one of several files of a model, and x-00003-of-00003.gguf is not beside it. Put all parts into one folder.`
      return { files: { model: first, projector: null }, findings: [['error', problem, again]] }
    },
  },
  {
    what: 'the second of three files of a model',
    make: (at) => {
      const [, second = ''] = writeTextModelParts(at('x'), 3)
      const problem = `${second} is a later part of a model in several files. Choose its first part, x-00001-of-00003.gguf.`
      return { files: { model: second, projector: null }, findings: [['error', problem, choose]] }
    },
  },
  {
    what: 'a model in three files, of which one stops early',
    make: (at) => {
      const [first = '', second = ''] = writeTextModelParts(at('x'), 3)
      writeChanged(second, second, (bytes) => bytes.writeBigUInt64LE(giant, 8))
      return { files: { model: first, projector: null }, findings: [['error', damagedModel(second, `tensors: ${giant} do not fit into the file`), again]] }
    },
  },
  {
    what: 'a model in three files, of which two are the same',
    make: (at) => {
      const [first = '', second = '', third = ''] = writeTextModelParts(at('x'), 3)
      writeChanged(third, second, () => undefined)
      return { files: { model: first, projector: null }, findings: [['error', damagedModel(third, 'it is not part 3 of the model'), again]] }
    },
  },
  projector('an old projector without a type', { projectorType: false }, old),
  projector('an old linear projector without a type', { projectorType: false, kind: 'linear' }, old),
  projector('a projector without keys that had one value in all of them', { entries: guessable }, (path) => ['error', lacking(path, guessableKeys), ['repair', ...projectorAgain]]),
  projector('the same, also without a type', { entries: guessable, projectorType: false }, (path) => ['error', lacking(path, guessableKeys), ['repair', ...projectorAgain]]),
  projector("the same keys missing in another kind than LLaVA's", { entries: { ...guessable, 'clip.projector_type': text('gemma3') } }, (path) => ['error', lacking(path, guessableKeys), projectorAgain]),
  projector('a projector without its sizes', { entries: { 'clip.vision.image_size': null, 'clip.vision.block_count': null } }, (path) => ['error', lacking(path, 'clip.vision.image_size, clip.vision.block_count'), projectorAgain]),
  projector('an old projector with an empty type', { entries: { 'clip.projector_type': text('') } }, old),
  projector('a size that is no size', { entries: { 'clip.vision.patch_size': { type: 'u32', value: 0 } } }, (path) => ['error', damagedProjector(path, 'clip.vision.patch_size is 0'), projectorAgain]),
  projector('a key of another type, over which libmtmd ends the process', { entries: { 'clip.vision.image_size': { type: 'i32', value: 28 } } }, (path) => ['error', damagedProjector(path, 'clip.vision.image_size is of the type i32, not u32'), projectorAgain]),
  projector('more blocks than the file holds', { entries: { 'clip.vision.block_count': { type: 'u32', value: 2_000_000_000 } } }, (path) => ['error', damagedProjector(path, 'clip.vision.block_count is 2000000000, more than the file holds'), projectorAgain]),
  projector('a block that is not there', { entries: { 'clip.vision.block_count': { type: 'u32', value: 2 } } }, (path) => ['error', damagedProjector(path, 'it lacks the tensor v.blk.1.attn_q.weight'), projectorAgain]),
  projector('a feature layer that is not there', { featureLayer: [2] }, (path) => ['error', damagedProjector(path, 'clip.vision.feature_layer is 2'), projectorAgain]),
  projector('a tensor of another shape', { entries: { 'clip.vision.image_size': { type: 'u32', value: 42 } } }, (path) => ['error', damagedProjector(path, "the tensor v.position_embd.weight has another shape than LLaVA's"), projectorAgain]),
  projector('tiles of odd number', { entries: { 'clip.vision.image_grid_pinpoints': { type: 'i32[]', value: [336, 672, 336] } } }, (path) => ['error', damagedProjector(path, 'clip.vision.image_grid_pinpoints are no sizes'), projectorAgain]),
]

function randomByte(seed: number): () => number {
  const random = new Random(seed)
  return () => random.below(256)
}
