import { contextBridge, ipcRenderer, webUtils } from 'electron'

// All the page gets: one message port per request, and the path of a file the person dropped or picked. The page names no
// channel; `nonce` is its own random number, by which it knows the port that comes back.
contextBridge.exposeInMainWorld('bridge', {
  connect(nonce: string): void {
    ipcRenderer.once(`app:port:${nonce}`, (event) => window.postMessage(nonce, location.origin, [...event.ports]))
    ipcRenderer.send('app:connect', nonce)
  },
  pathForFile: (file: File): string => webUtils.getPathForFile(file),
})
