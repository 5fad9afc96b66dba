/**
 * Version of the record wire: the schemas of this folder, and of `devices/` what devices say and are told.
 *
 * History:
 *   1  2026-11-21  operations, results, rows, requests, responses, summaries, hints
 *   2  2026-11-21  the tenant of an operation has up to 256 characters, as in a token
 *   3  2026-11-21  devices: reports and their answers, commands, on `/changes` too for a socket that names its device
 *   4  2026-11-21  brief answers, for who asks for them: no row twice, and none that the operation itself tells
 */
export const syncVersion = 4
