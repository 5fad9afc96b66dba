import type { DocumentAccess, Identity } from '../auth/identity.ts'
import type { Refusal } from './error-reply.ts'

export const unknownDocument = { code: 'NOT_FOUND', message: 'there is no such document' } as const
export const deletedDocument = { code: 'DELETED', message: 'this document was deleted' } as const
const readOnly = { code: 'FORBIDDEN', message: 'you may only read this document' } as const

/** Why not, by the asker's own grants alone; `undefined` where nothing is in the way. A hidden name answers as one that does not exist. */
export function findRefusal(identity: Identity, name: string, needed: Exclude<DocumentAccess, 'none'>): Refusal | undefined {
  const access = identity.documentAccess(name)
  if (access === 'none') return unknownDocument
  return needed === 'write' && access === 'read' ? readOnly : undefined
}
