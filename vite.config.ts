import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { rendererBundle } from './main/launch/bundles.mjs'

/** For tools that look for a Vite configuration (editors, `vite` by hand). The build itself is `main/launch/build.mjs`. */
export default defineConfig(async () => await rendererBundle(import.meta.dirname, resolve(import.meta.dirname, 'out/renderer')))
