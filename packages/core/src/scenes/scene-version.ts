/**
 * Version of the wire of scenes: the schemas of this folder.
 *
 * History:
 *   1  2026-11-21  elements, operations, requests, conflicts, results
 */
export const sceneVersion = 1
