import { join } from 'node:path'

/**
 * Vite configurations of the app's bundles. Packages stay outside: they are loaded from node_modules, in the clone as in
 * the package, so that native parts keep their place.
 * @typedef {import('vite').InlineConfig} InlineConfig
 * @typedef {'main' | 'preload' | 'renderer'} Part
 */

/** Node 20.19 is the oldest we run on; Electron's is newer. */
const nodeTarget = 'node20'

/**
 * @param {string} root
 * @param {string} outDir
 * @param {NonNullable<NonNullable<InlineConfig['build']>['rolldownOptions']>} rolldownOptions
 * @returns {InlineConfig}
 */
function nodeBundle(root, outDir, rolldownOptions) {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { external: true, target: 'node' },
    build: { ssr: true, outDir, emptyOutDir: false, target: nodeTarget, minify: false, sourcemap: true, reportCompressedSize: false, rolldownOptions },
  }
}

/**
 * All hosts in one bundle; each host is a chunk of its own and loads only when it is chosen.
 * @param {string} root
 * @param {string} outDir
 * @returns {InlineConfig}
 */
export function mainBundle(root, outDir) {
  return nodeBundle(root, outDir, {
    input: { index: join(root, 'main/index.ts') },
    external: ['electron'],
    output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
  })
}

/**
 * The engine process: one file without chunks, so that it shares nothing with the hosts' bundle.
 * @param {string} root
 * @param {string} outDir
 * @returns {InlineConfig}
 */
export function engineBundle(root, outDir) {
  return nodeBundle(root, outDir, {
    input: { engine: join(root, 'main/engine/child/entry.ts') },
    output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
  })
}

/**
 * The thread that draws PDF pages: one CommonJS file, which Electron can start from the package's archive.
 * @param {string} root
 * @param {string} outDir
 * @returns {InlineConfig}
 */
export function pdfBundle(root, outDir) {
  return nodeBundle(root, outDir, {
    input: { pdf: join(root, 'main/services/documents/thread/entry.ts') },
    output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
  })
}

/**
 * The thread that decodes HEIF pictures: as the one for PDF pages.
 * @param {string} root
 * @param {string} outDir
 * @returns {InlineConfig}
 */
export function heifBundle(root, outDir) {
  return nodeBundle(root, outDir, {
    input: { heif: join(root, 'main/services/images/heif/thread/entry.ts') },
    output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
  })
}

/**
 * One CommonJS file: a sandboxed preload can neither import nor require files.
 * @param {string} root
 * @param {string} outDir
 * @returns {InlineConfig}
 */
export function preloadBundle(root, outDir) {
  const base = nodeBundle(root, outDir, {
    input: { index: join(root, 'preload/index.ts') },
    external: ['electron'],
    output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
  })
  return { ...base, ssr: { noExternal: true, target: 'node' }, build: { ...base.build, sourcemap: false } }
}

/**
 * The page. Relative addresses, so that the same files work from app:// and http://.
 * @param {string} root
 * @param {string} outDir
 * @returns {Promise<InlineConfig>}
 */
export async function rendererBundle(root, outDir) {
  const { svelte } = await import('@sveltejs/vite-plugin-svelte')
  return {
    root: join(root, 'renderer'),
    base: './',
    configFile: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: join(root, 'svelte.config.js') })],
    build: {
      outDir,
      emptyOutDir: true,
      // The oldest engine that must show the page is the browser of a browser-host user; two years back is enough.
      target: 'es2022',
      // Inline data: addresses would need a wider content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { checks: { bundlerTimings: false } },
      reportCompressedSize: false,
    },
  }
}
