import { z } from 'zod'

/** Whose records a database holds. */
export const scopeOwnerSchema = z.object({ tenant: z.string(), user: z.string() })
export type ScopeOwner = z.infer<typeof scopeOwnerSchema>

/**
 * One records database of this device. Without an owner it belongs to whoever uses the device without being signed in; a person who signs
 * in takes it over, or what is in it.
 */
export const scopeSchema = z.object({
  databaseName: z.string(),
  app: z.string(),
  serverOrigin: z.string(),
  owner: scopeOwnerSchema.optional(),
  /** What waits in it goes into this database; nothing is sent from here. */
  movesInto: z.string().optional(),
})
export type Scope = z.infer<typeof scopeSchema>

export interface ScopeRequest {
  readonly app: string
  readonly serverOrigin: string
  /** Absent: nobody is signed in. */
  readonly owner?: ScopeOwner | undefined
}

export interface OpenedScope {
  readonly databaseName: string
  /** Databases whose work belongs into this one; some of it may have been moved already. */
  readonly moves: readonly string[]
}

/** Which records databases there are on this device. Every call is one transaction over all tabs; promises reject with a `StoreError`. */
export interface ScopeRegistry {
  /** The database for this request, the same one every time; made up where there is none. */
  open(request: ScopeRequest): Promise<OpenedScope>
  /** A person signed in: the database becomes theirs, or its work moves into the one they have here. Once; a repeat changes nothing. */
  adopt(databaseName: string, owner: ScopeOwner): Promise<void>
  find(databaseName: string): Promise<Scope | undefined>
  list(): Promise<readonly Scope[]>
  close(): void
}
