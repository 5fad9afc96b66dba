/**
 * Version of the private messages, sent by our client as `protocol=` in the query.
 *
 * History:
 *   1  2026-11-21  hello, receipt, refused, reauthenticate
 */
export const protocolVersion = 1
