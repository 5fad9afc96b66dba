/** One setting of the server: an environment variable and a flag of the same name. */
export interface Setting {
  readonly variable: string
  readonly flag: string
  /** What the value looks like, for `--help`. */
  readonly placeholder: string
  readonly help: string
  /** A secret's value is never shown, not even when it is wrong. */
  readonly isSecret: boolean
}

const setting = (name: string, placeholder: string, help: string): Setting => ({
  variable: `REJOIN_${name.replaceAll('-', '_').toUpperCase()}`,
  flag: name,
  placeholder,
  help,
  isSecret: false,
})

/** Every setting, by its key in the schema of server-config.ts. */
export const settings = {
  host: setting('host', 'HOST', 'address to listen on (default 127.0.0.1)'),
  port: setting('port', 'PORT', 'port to listen on, 0 for a free one (default 8787)'),
  dataDir: setting('data-dir', 'DIR', 'folder of the database (default ./data)'),
  auth: setting('auth', 'none|jwt', 'who may connect (default none: everybody, on loopback only)'),
  jwtSecret: { ...setting('jwt-secret', 'SECRET', 'key of HS256 tokens, at least 32 bytes'), isSecret: true },
  jwksUrl: { ...setting('jwks-url', 'URL', 'where the issuer publishes its keys; instead of a secret'), isSecret: true },
  jwtIssuer: setting('jwt-issuer', 'NAME', 'the only `iss` to accept (default any)'),
  jwtAudience: setting('jwt-audience', 'NAME', 'the `aud` that tokens must name (default any)'),
  allowedOrigins: setting('allowed-origins', 'ORIGINS', 'web origins that may connect besides its own, separated by commas'),
  staticDir: setting('static-dir', 'DIR', 'folder of web pages to serve at / (default none)'),
  schema: setting('schema', 'MODULE', 'module that exports the schema of the records, and optionally hooks (default none)'),
  logLevel: setting('log-level', 'LEVEL', 'fatal, error, warn, info, debug, trace or silent (default info)'),
  rateLimits: setting('rate-limits', 'on|off', 'off lifts rates and connection counts, never sizes (default on)'),
} as const satisfies Record<string, Setting>

export type SettingKey = keyof typeof settings
