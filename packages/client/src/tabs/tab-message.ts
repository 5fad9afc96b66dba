import { z } from 'zod'

const seqSchema = z.int().positive()
const newsSchema = z.discriminatedUnion('type', [
  // These rows are in the shared database.
  z.strictObject({
    type: z.literal('appended'),
    name: z.string(),
    changes: z.array(
      z.strictObject({
        seq: seqSchema,
        update: z.custom<Uint8Array>((bytes) => bytes instanceof Uint8Array),
        isLocal: z.boolean(),
      }),
    ),
  }),
  // A server acknowledged these rows, or they were set aside: they are dirty no more.
  z.strictObject({ type: z.literal('cleaned'), name: z.string(), seqs: z.array(seqSchema) }),
  // The whole copy was moved out of the way.
  z.strictObject({ type: z.literal('setAside'), name: z.string(), code: z.string(), message: z.string() }),
  // Somebody who may have missed news asks all others how much there was.
  z.strictObject({ type: z.literal('rollCall') }),
  z.strictObject({ type: z.literal('present') }),
])

/** What one tab tells the others. */
export type TabNews = z.infer<typeof newsSchema>

/** `sender` is drawn anew for every channel; `count` is how many news it has told, this one included where it is one about documents. */
export const tabMessageSchema = z.strictObject({ sender: z.string(), count: z.int().nonnegative(), news: newsSchema })
export type TabMessage = z.infer<typeof tabMessageSchema>
