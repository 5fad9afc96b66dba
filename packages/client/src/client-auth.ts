/** Who the person is; decides which local database is used. Absent: a server under auth none. */
export interface ClientAuth {
  readonly tenant: string
  readonly user: string
  /**
   * Called before every connect and every request; the token is never stored. `isRefused`: the server did not take the last one, so a kept
   * one will not do.
   */
  readonly getToken: (options?: { readonly isRefused: boolean }) => Promise<string>
}
