import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/**
 * Two kinds of tests by cost: `unit` needs nothing but Node; `engine` needs the built addon and runs the real engine.
 * Forked processes, since native libraries stay loaded for the life of a process; one engine test file at a time, since each
 * wants all cores.
 */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['main/**/*.test.ts', 'preload/**/*.test.ts', 'renderer/src/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.engine.test.ts', 'main/engine/native/**'],
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['main/**/*.engine.test.ts', 'bench/**/*.engine.test.ts', 'main/engine/native/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
