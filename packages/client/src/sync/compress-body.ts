/** Shorter bodies gain nothing from being compressed. */
const compressFromBytes = 1024

/** What is sent of a JSON text: gzip where it is worth it and the host can. */
export interface EncodedBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

/** The one thing of the host that is used: a `CompressionStream`, or none. */
export type MakeGzip = (() => ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>) | undefined

/** A character takes up to three bytes. Written into room that is there, a long text takes a third of the time of `encode`. */
function encodeText(text: string): Uint8Array<ArrayBuffer> {
  const room = new Uint8Array(text.length * 3)
  return room.subarray(0, new TextEncoder().encodeInto(text, room).written)
}

export async function encodeBody(body: unknown, makeGzip: MakeGzip): Promise<EncodedBody> {
  const bytes = encodeText(JSON.stringify(body))
  const headers = { 'content-type': 'application/json' }
  if (makeGzip === undefined || bytes.byteLength <= compressFromBytes) return { bytes, headers }
  const { readable, writable } = makeGzip()
  const writer = writable.getWriter()
  // A blob would be made in another process first.
  const [compressed] = await Promise.all([new Response(readable).arrayBuffer(), writer.write(bytes), writer.close()])
  return {
    bytes: new Uint8Array(compressed),
    headers: { ...headers, 'content-encoding': 'gzip' },
  }
}
