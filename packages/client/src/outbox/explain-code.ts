import type { ResultCode } from '@rejoin/core'

/** One sentence for a person, where the server sent none. */
const sentences: Readonly<Record<ResultCode, string>> = {
  VALIDATION_ERROR: 'The server did not accept the values.',
  TENANT_MISMATCH: 'This change was made for another account.',
  NOT_FOUND: 'The record is not on the server.',
  ALREADY_EXISTS: 'There is already a record with this id.',
  CONFLICT: 'Somebody changed it meanwhile; the version on the server was kept.',
  CONFLICT_RESOLVED: 'Somebody changed it meanwhile; their later value was kept.',
  IMMUTABLE: 'This record cannot be changed once it is made.',
  DELETED: 'Somebody deleted it meanwhile.',
  FORBIDDEN: 'You may not make this change.',
  RATE_LIMITED: 'There were too many changes at once.',
  ID_REUSED: 'The server has another change under this id.',
  DEVICE_FORKED: 'This device was copied; it goes on under a new name.',
  DEPENDENCY_FAILED: 'Something that belongs together with this change was not accepted.',
  UPGRADE_REQUIRED: 'The server does not know this version of the app yet.',
  TOO_LARGE: 'This change is too large to be sent.',
  INTERNAL: 'The server met an error of its own.',
}

export function explainCode(code: ResultCode | undefined): string {
  return code === undefined ? 'The server did not accept it.' : sentences[code]
}
