/** Where settings are kept: electron-store under Electron, conf elsewhere; both the same JSON file, replaced whole. */
export interface SettingsBackend {
  /** The stored object as it is in the file now; `{}` where there is no file. Throws where it is no JSON. */
  read(): unknown
  /** Replaces all settings. Throws what the file system throws. */
  write(settings: Readonly<Record<string, unknown>>): void
}

/** A backend to be opened once the file was checked, since the libraries throw on a damaged one. */
export interface SettingsPort {
  /** The JSON file behind the backend. */
  readonly path: string
  open(): SettingsBackend
}
