import { defineConfig } from 'eslint/config'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/**
 * Who may import whom (docs/architecture.md). Each row closes a folder: it may reach itself, what is listed, and packages.
 * The folders are judged by resolved path, so that no alias or relative detour gets around them.
 */
const zones = [
  { target: 'main/contract', may: [] },
  { target: 'main/platform', may: ['main/contract'] },
  { target: 'main/storage', may: ['main/contract', 'main/platform'] },
  { target: 'main/gguf', may: ['main/contract', 'main/platform'] },
  { target: 'main/engine/client', may: ['main/contract', 'main/platform', 'main/engine/protocol.ts'] },
  { target: 'main/engine/child', may: ['main/contract', 'main/platform', 'main/gguf', 'main/engine/protocol.ts', 'main/engine/native'] },
  { target: 'main/engine/native', may: [] },
  { target: 'main/services', may: ['main/contract', 'main/platform', 'main/storage', 'main/gguf', 'main/engine/client', 'main/engine/protocol.ts'] },
  { target: 'main/rpc', may: ['main/contract', 'main/services', 'main/platform'] },
  { target: 'main/hosts/openai', may: ['main/contract', 'main/platform', 'main/services', 'main/hosts/shared'] },
  ...['electron', 'web', 'cli'].map((host) => ({
    target: `main/hosts/${host}`,
    may: ['main/contract', 'main/platform', 'main/storage', 'main/gguf', 'main/engine/client', 'main/engine/protocol.ts', 'main/services', 'main/rpc', 'main/hosts/shared', ...(host === 'cli' ? [] : ['main/hosts/openai'])],
  })),
  { target: 'preload', may: ['main/contract'] },
  { target: 'renderer', may: ['main/contract'] },
  { target: 'e2e', may: ['main/contract', 'bench/gguf', 'bench/hub', 'bench/synthetic', 'main/services/documents/testing', 'resources'] },
]

/** Tests may also use what writes their inputs and what starts the real engine. */
const testHelpers = ['bench', 'resources', 'main/engine', 'main/launch']

/** @param {string[]} extra */
const restrictedPaths = (extra) =>
  zones.map(({ target, may }) => ({
    target: `./${target}`,
    from: './',
    except: [...new Set([target, 'node_modules', ...may, ...extra])].map((path) => `./${path}`),
    message: 'This folder may not import that one; see docs/architecture.md, "Who may import whom".',
  }))

/**
 * @param {string[]} names
 * @returns {import('eslint').Linter.RuleEntry}
 */
const noPackages = (...names) => [
  'error',
  { paths: names.map((name) => ({ name, message: 'This folder may not use this package; see docs/architecture.md.' })) },
]

export default defineConfig(
  { ignores: ['out/', 'build/', 'dist/', 'bench/results/', 'bench/models/', 'test-results/', 'playwright-report/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/ignore': ['node_modules'], 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.mjs', '.js', '.svelte', '.json'] })] },
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js', '*.ts'] }, extraFileExtensions: ['.svelte'] } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: restrictedPaths([]) }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-restricted-imports': noPackages('electron', 'undici'),
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      '@typescript-eslint/return-await': ['error', 'always'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      'no-console': 'error',
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
  },
  { files: ['main/hosts/electron/**', 'preload/**', 'e2e/**'], rules: { 'no-restricted-imports': noPackages('undici') } },
  {
    files: ['main/contract/**', 'main/services/**', 'main/storage/**', 'main/platform/**', 'main/gguf/**', 'main/engine/client/**'],
    rules: { 'no-restricted-imports': noPackages('electron', 'http', 'node:http', 'https', 'node:https', 'node-llama-cpp', 'ws', 'undici') },
  },
  // The one folder that talks to a server. Everybody else asks it.
  { files: ['main/services/hub/**'], rules: { 'no-restricted-imports': noPackages('electron', 'http', 'node:http', 'https', 'node:https', 'node-llama-cpp', 'ws') } },
  { files: ['renderer/**'], rules: { 'no-restricted-imports': ['error', { patterns: ['node:*', 'electron', 'fs', 'path', 'sharp'] }] } },
  {
    files: ['**/*.test.ts', '**/testing/**', '**/testing.ts', 'e2e/**', 'bench/**'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: restrictedPaths(testHelpers) }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  // Plain JavaScript with JSDoc types: tsc checks it; these rules do not see JSDoc casts.
  {
    files: ['**/*.mjs', '**/*.js'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  { files: ['main/launch/**', 'main/engine/native/build/**', 'bench/**', 'e2e/**'], rules: { 'no-console': 'off' } },
)
