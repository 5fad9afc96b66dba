import { z } from 'zod'
import type { DocumentAccess } from './identity.ts'

const patternCharactersMax = 257

/** The claim `documents`: a pattern is an exact name, or a prefix ending in `*`. */
export const documentGrantsSchema = z.array(
  z.object({ pattern: z.string().min(1).max(patternCharactersMax), access: z.enum(['read', 'write']) }),
)

export type DocumentGrants = z.infer<typeof documentGrantsSchema>

/** The most permissive grant that matches. No claim at all is write to the whole tenant; a claim denies what it does not name. */
export function documentAccessOf(grants: DocumentGrants | undefined, document: string): DocumentAccess {
  if (grants === undefined) return 'write'
  const matching = grants.filter(({ pattern }) => doesMatch(pattern, document))
  if (matching.length === 0) return 'none'
  return matching.some(({ access }) => access === 'write') ? 'write' : 'read'
}

function doesMatch(pattern: string, document: string): boolean {
  return pattern.endsWith('*') ? document.startsWith(pattern.slice(0, -1)) : document === pattern
}
