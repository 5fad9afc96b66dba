export interface DatabaseScope {
  readonly app: string
  /** `default` before sign-in and under auth none. */
  readonly tenant: string
  /** `anonymous` before sign-in and under auth none. */
  readonly user: string
  /** Origin of the server, where one page uses several. The page's own origin is the browser's to keep apart. */
  readonly serverOrigin?: string
}

/** Name of the local database of one person in one tenant of one app: no two scopes share a database (P7). */
export function databaseNameFor({ app, tenant, user, serverOrigin }: DatabaseScope): string {
  const parts = serverOrigin === undefined ? [app, tenant, user] : [app, tenant, user, serverOrigin]
  return ['rejoin', ...parts.map((part) => encodeURIComponent(part))].join('/')
}
