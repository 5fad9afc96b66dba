export interface SyncUrls {
  readonly push: string
  readonly changes: string
  /** Answers to anybody that the server is there. */
  readonly test: string
  /** Of the device routes, and of those that steer background sync. */
  readonly devices: string
  readonly background: string
  /** Of the routes of scenes. */
  readonly scenes: string
  /** Of the WebSocket. */
  readonly feed: string
}

/** Where a server takes records: `http(s)://` and `ws(s)://` mean the same one. Throws on any other address. */
export function syncUrls(serverUrl: string): SyncUrls {
  const url = new URL(serverUrl)
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:'
  if (!isPlain && url.protocol !== 'https:' && url.protocol !== 'wss:')
    throw new TypeError(`not the address of a server: ${serverUrl}`)
  const place = `${url.host}${url.pathname.replace(/\/+$/, '')}`
  const [http, ws] = isPlain ? ['http', 'ws'] : ['https', 'wss']
  return {
    push: `${http}://${place}/api/sync`,
    changes: `${http}://${place}/api/sync/changes`,
    test: `${http}://${place}/api/v1/sync/connectivity-test`,
    devices: `${http}://${place}/api/v1/devices`,
    background: `${http}://${place}/api/v1/sync/background`,
    scenes: `${http}://${place}/api/v1/scenes`,
    feed: `${ws}://${place}/changes`,
  }
}
