/**
 * Raised with every change of the tables, and of what a row may be where an older build would take it for something else: what carries operations
 * on a scene (3) is no request like others, and a pack that is a text (4) is no list.
 */
export const recordSchemaVersion = 4

/** Primary key first, then the indexes; in Dexie's words: `[a+b]` over two fields, `*a` over the members of a list, `a.b` inside an object. */
export const tableSpecs = {
  confirmedA: 'key, *terms',
  confirmedB: 'key, *terms',
  outbox: 'entryId, recordKey, [lot+order], *waitsOn, operation.deviceSeq, operation.groupId, *terms',
  requests: 'entryId, [lane+entryId], [lane+order], state, request.requestId',
  requestBodies: 'bodyId',
  attention: 'id, entryId, recordKey',
  meta: 'key',
} as const
