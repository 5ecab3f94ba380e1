import { app, type Session, type WebContents } from 'electron'
import { isOurAddress } from './trust.ts'

/** What the page may ask of the system: copying an answer, nothing else. */
const permissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Denies every permission but the few above, and those to our own page alone. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide, details) => {
    decide(permissions.has(permission) && details.isMainFrame && isOurAddress(contents.getURL()))
  })
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => permissions.has(permission) && isOurAddress(requestingOrigin))
  session.setDevicePermissionHandler(() => false)
  // Its dictionaries would be fetched from a server.
  session.setSpellCheckerEnabled(false)
}

/**
 * Applies to every page there will ever be: it stays on our address, opens no windows and embeds nothing. A web address that the
 * person clicked goes to `askToOpen`.
 */
export function guardContents(askToOpen: (address: string) => void): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const stay = (event: { preventDefault: () => void; readonly url: string }): void => {
      if (isOurAddress(event.url)) return
      event.preventDefault()
      askToOpen(event.url)
    }
    contents.on('will-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-frame-navigate', (event) => {
      if (!isOurAddress(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      askToOpen(url)
      return { action: 'deny' }
    })
  })
}
