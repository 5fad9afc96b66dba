import * as encoding from 'lib0/encoding'

/** How a server's clients speak. The sync messages inside are the same everywhere: y-protocols. */
export interface Dialect {
  /** Bytes before the message type in every frame of a document. */
  prefixOf(document: string): Uint8Array
  /** Sent first; sync begins when the server has answered it. `undefined`: sync begins at once. */
  readonly greeting: Uint8Array | undefined
}

export const yWebsocketDialect: Dialect = { prefixOf: () => new Uint8Array(0), greeting: undefined }

/** Message type 2 (auth), token, the empty token. */
const emptyToken = Uint8Array.of(2, 0, 0)

export const hocuspocusDialect: Dialect = {
  prefixOf: (document) => {
    const encoder = encoding.createEncoder()
    encoding.writeVarString(encoder, document)
    return encoding.toUint8Array(encoder)
  },
  greeting: emptyToken,
}
