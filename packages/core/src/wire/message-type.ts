/** First varUint of a frame. 0-3 are y-websocket's; 100-103 are ours and go only to clients that announced `client=rejoin`. */
export const messageType = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  receipt: 100,
  hello: 101,
  reauthenticate: 102,
  refused: 103,
} as const

/** Second varUint of a sync frame (y-protocols/sync). */
export const syncType = { step1: 0, step2: 1, update: 2 } as const
