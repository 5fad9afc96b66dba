import type { WriteOptions } from '@rejoin/client'
import { randomId } from '../../device/random-id.ts'

/**
 * For a delete. What was made and deleted before it was sent, and is referred to by nothing, would otherwise be gone without a trace; but a
 * person may want it back. In a group of its own the delete stays beside the create.
 */
export function inOwnGroup(): WriteOptions {
  return { groupId: randomId() }
}
