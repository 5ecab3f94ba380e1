/** Variables a program needs to run at all; anything else of the developer's shell stays out of the tests. */
const kept = ['PATH', 'HOME', 'USERPROFILE', 'SYSTEMROOT', 'WINDIR', 'TEMP', 'TMP', 'TMPDIR', 'APPDATA', 'LOCALAPPDATA', 'LD_LIBRARY_PATH', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'CUDA_VISIBLE_DEVICES']

/** The written environment of what a test starts: the data folder of the test, one language, no colours. */
export function environment(dataFolder: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => kept.includes(entry[0].toUpperCase()) && entry[1] !== undefined)
  return { ...Object.fromEntries(own), LLAVA_DESK_DATA: dataFolder, LANG: 'en_US.UTF-8', TZ: 'UTC', NO_COLOR: '1', ...more }
}

/** A language as a POSIX system names it. @param locale BCP 47. */
export function languageVariables(locale: string): Record<string, string> {
  return { LANG: `${locale.replace('-', '_')}.UTF-8` }
}
