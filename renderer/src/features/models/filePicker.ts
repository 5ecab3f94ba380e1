import type { Desk } from '../../state/Desk.svelte.ts'

/**
 * Opens the host's file dialog for one model file and hands on the path that was chosen; null where the host has none that
 * tells paths. Call it after the settings are known.
 */
export function filePicker({ preferences, connection, report }: Desk, kind: 'model' | 'projector'): ((onpick: (path: string) => void) => Promise<void>) | null {
  if (preferences.info?.can.pickFiles !== true) return null
  return async (onpick) => {
    try {
      const { path } = await connection.client.app.pickModelFile({ kind })
      if (path !== null) onpick(path)
    } catch (thrown) {
      report(thrown)
    }
  }
}
