import type { WriteOptions } from '@rejoin/client'

/**
 * For a delete. What was made and deleted before it was sent would otherwise not be sent at all; but the movements of a product need it on
 * the server, and a person may want it back. In a group of its own the delete stays beside the create.
 */
export function inOwnGroup(): WriteOptions {
  return { groupId: crypto.randomUUID() }
}
