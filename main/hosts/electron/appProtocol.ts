import { protocol } from 'electron'
import { answerPage, type PageSource } from './answerPage.ts'

/** Must run before Electron is ready. */
export function declareAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** Serves `app://ui/`: the built page, and `/images/<sha256>/<variant>`. */
export function serveApp(source: PageSource): void {
  protocol.handle('app', async (request) => await answerPage(request, source))
}
