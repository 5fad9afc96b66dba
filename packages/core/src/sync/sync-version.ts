/**
 * Version of the record wire: the schemas of this folder.
 *
 * History:
 *   1  2026-11-21  operations, results, rows, requests, responses, summaries, hints
 */
export const syncVersion = 1
