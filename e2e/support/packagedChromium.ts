import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './hosts.ts'

/** A browser's program and the environment it starts in. */
export interface ChromiumStart {
  readonly executablePath: string
  readonly env: Record<string, string | undefined>
}

/** What to install where no Chromium runs, as the end of a sentence. */
const advice = 'run "npx playwright install --with-deps chromium", or install Google Chrome'

/** Why a browser does not start at all on this Linux (a missing library ends it before it begins); empty where it does. */
export function whyNotStarting({ executablePath, env }: ChromiumStart): string {
  const { status, stderr, error } = spawnSync(executablePath, ['--version'], { encoding: 'utf8', env })
  return status === 0 ? '' : (error?.message ?? stderr.trim())
}

/**
 * The Chromium of @sparticuz/chromium, for Linux on 64-bit Intel and AMD processors. The package also brings the libraries (NSS
 * and kin) and a font, for systems that have none; `ownLibraries` takes those libraries even where the system has its own.
 * Rejects with one sentence that says what to install where it does not run.
 */
export async function packagedChromium({ ownLibraries = false, system = `${process.platform}-${process.arch}` } = {}): Promise<ChromiumStart> {
  if (system !== 'linux-x64') throw new Error(`No Chromium was found, and none comes as a package for ${system}: ${advice}.`)
  const folder = await unpacked()
  const executablePath = join(folder, 'chromium')
  const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  const libraries = [join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
  const starts = [...(ownLibraries ? [] : [{ executablePath, env }]), { executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } }]
  const start = starts.find((one) => whyNotStarting(one) === '')
  if (start === undefined) throw new Error(`The packaged Chromium does not start here (${starts.map(whyNotStarting).join('; ')}): ${advice}.`)
  return start
}

/** The unpacked package, in the clone's own folder: what lies in the system's temporary folder may be another user's, or half of it. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')) as { version: string }
  const all = join(root, 'build/chromium')
  const folder = join(all, version)
  if (existsSync(folder)) return folder
  mkdirSync(all, { recursive: true })
  for (const old of readdirSync(all)) if (!old.startsWith(version)) rmSync(join(all, old), { recursive: true, force: true })
  const part = mkdtempSync(`${folder}.part-`)
  try {
    await unpackTo(part)
    writeFileSync(join(part, 'fonts.conf'), fontSettings(join(folder, 'fonts')))
    renameSync(part, folder)
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return folder
}

/** The package unpacks itself into the temporary folder, and its libraries on Amazon's Lambda alone: in a process that believes to be there. */
async function unpackTo(folder: string): Promise<void> {
  const script = "(await import('@sparticuz/chromium')).default.executablePath()"
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', `await ${script}`], { cwd: root, env })
}

/** The system's fonts, and the package's one: a page without any font to fall back on crashes. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`
}
