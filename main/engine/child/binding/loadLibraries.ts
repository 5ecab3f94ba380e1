import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { AppError } from '../../../contract/errors/AppError.ts'
import type { Backend } from '../../../contract/domains/model.ts'
import type { NativeBinding, NativeDevice } from '../../native/binding.d.ts'
import { log } from '../log.ts'
import { variantOf } from './libraryFolder.ts'
import { loadLlamaCpp } from './loadLlamaCpp.ts'
import type { LlamaCpp } from './loadLlamaCpp.ts'

/** llama.cpp's libraries of one variant, with our addon on top. They stay in the process until it ends. */
export interface Libraries {
  readonly backend: Backend
  /** The graphics device that serves; null on the CPU. */
  readonly device: NativeDevice | null
  readonly binding: NativeBinding
  /** The addon's file. */
  readonly addon: string
  readonly llamaCpp: LlamaCpp
}

/** Vulkan also lists drivers that draw on the CPU (Mesa's lavapipe, Google's SwiftShader): slower than the CPU backend itself. */
const softwareDevice = /llvmpipe|lavapipe|swiftshader|software rasterizer|microsoft basic render/i

let loaded: Promise<Libraries> | null = null

/**
 * Loads the libraries and the addon of a backend; 'auto' takes what the process has, else the CPU (the supervisor tries the
 * graphics backends in processes of their own). One process serves one backend.
 * Throws `ENGINE_NOT_BUILT`, `ENGINE_START_FAILED`.
 */
export async function loadLibraries(wanted: Backend | 'auto', addonFolder: string): Promise<Libraries> {
  loaded ??= load(wanted === 'auto' ? 'cpu' : wanted, addonFolder).catch((error: unknown) => {
    loaded = null
    throw error
  })
  const libraries = await loaded
  if (wanted !== 'auto' && wanted !== libraries.backend) throw new AppError('ENGINE_START_FAILED', { detail: `this process serves ${libraries.backend}, not ${wanted}` })
  return libraries
}

async function load(backend: Backend, addonFolder: string): Promise<Libraries> {
  const variant = variantOf(backend)
  const addon = join(addonFolder, variant, 'llava-desk.node')
  if (!existsSync(addon)) throw new AppError('ENGINE_NOT_BUILT', { detail: `no addon for ${variant}` })
  const llamaCpp = await loadLlamaCpp(variant, backend !== 'cpu').catch((cause: unknown) => {
    throw new AppError('ENGINE_START_FAILED', { detail: `llama.cpp for ${backend}: ${messageOf(cause)}` }, { cause })
  })
  const binding = loadAddon(addon)
  binding.setLogger((level, text) => {
    if (level !== 'debug') log(level, text)
  })
  const device = backend === 'cpu' ? null : graphicsDevice(binding.systemInfo().devices, backend)
  return { backend, device, binding, addon, llamaCpp }
}

function loadAddon(path: string): NativeBinding {
  try {
    return createRequire(import.meta.url)(path) as NativeBinding
  } catch (cause) {
    throw new AppError('ENGINE_NOT_BUILT', { detail: messageOf(cause) }, { cause })
  }
}

function graphicsDevice(devices: readonly NativeDevice[], backend: Backend): NativeDevice {
  const device = devices.find(({ type, description }) => (type === 'gpu' || type === 'igpu') && !softwareDevice.test(description))
  if (device === undefined) throw new AppError('ENGINE_START_FAILED', { detail: `${backend} finds no graphics device` })
  return device
}

/** The first line; the system's loader adds where else it looked. */
function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
}
