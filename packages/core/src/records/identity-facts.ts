/** Who asks, as far as an application's own rules may know. */
export interface IdentityFacts {
  readonly tenant: string
  /** `null` where everybody is the same (auth none). */
  readonly user: string | null
  readonly isAdmin: boolean
}
