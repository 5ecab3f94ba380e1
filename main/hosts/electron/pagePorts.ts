import { ipcMain, MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron'
import { isNonce, isOurTopFrame } from './trust.ts'

/**
 * Hands one message port to every page that asks, and the other end to `connect`. A page that asks again (it reloaded or lost
 * its port) gets a new one and its old one is closed, so that calls of a page that is gone are cancelled.
 * @returns Stops answering.
 */
export function handOutPorts(connect: (port: MessagePortMain) => void): () => void {
  const open = new Map<number, MessagePortMain>()
  const onConnect = (event: IpcMainEvent, nonce: unknown): void => {
    const frame = event.senderFrame
    if (frame === null || !isOurTopFrame(frame) || !isNonce(nonce)) return
    open.get(event.sender.id)?.close()
    const { port1, port2 } = new MessageChannelMain()
    open.set(event.sender.id, port1)
    port1.once('close', () => {
      if (open.get(event.sender.id) === port1) open.delete(event.sender.id)
    })
    connect(port1)
    port1.start()
    frame.postMessage(`app:port:${nonce}`, null, [port2])
  }
  ipcMain.on('app:connect', onConnect)
  return () => {
    ipcMain.off('app:connect', onConnect)
    for (const port of open.values()) port.close()
  }
}
