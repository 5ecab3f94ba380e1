/** What the preload script hands to the page in the window host; absent in a browser. */
interface Bridge {
  /** Asks for a message port; it arrives as a window message whose data is `nonce`. */
  connect(nonce: string): void
  /** The path of a dropped or picked file. */
  pathForFile(file: File): string
}

interface Window {
  readonly bridge?: Bridge
}

declare module '@fontsource-variable/inter'
