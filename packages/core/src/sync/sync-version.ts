/**
 * Version of the record wire: the schemas of this folder.
 *
 * History:
 *   1  2026-11-21  operations, results, rows, requests, responses, summaries, hints
 *   2  2026-11-21  the tenant of an operation has up to 256 characters, as in a token
 */
export const syncVersion = 2
