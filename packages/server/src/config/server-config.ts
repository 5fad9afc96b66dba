import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { isLoopbackHost } from '../auth/loopback.ts'
import type { SettingKey } from './settings.ts'

const jwtSecretBytesMin = 32
/** Secrets out of manuals. Longer than the minimum, and known to everybody. */
const sampleSecret = /change.?me|example|sample|placeholder|your.{0,10}secret|super.?secret|^(.{1,8})\1+$/i

const hostName = /^(?!-)[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})*$/i

function isExactOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === value
}

/** Keys fetched over plain http could be replaced on the way: only from this machine. */
function isTrustworthyKeyUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const isFile = (url: URL) => statSync(url, { throwIfNoEntry: false })?.isFile() ?? false

/** A path from here, or a file URL; `undefined` where it can be neither. */
function moduleUrlOf(value: string): URL | undefined {
  if (value.includes('\0')) return undefined
  if (!value.startsWith('file:')) return pathToFileURL(resolve(value))
  // A host or an encoded slash makes a URL that names no file here.
  return URL.canParse(value) && URL.parse(value)?.host === '' && !/%2f|%5c/i.test(value) ? new URL(value) : undefined
}

const values = {
  host: z
    .string()
    .refine((host) => isIP(host) !== 0 || hostName.test(host), 'an IP address or a host name')
    .default('127.0.0.1'),
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'a whole number from 0 to 65535')
    .default(8787),
  dataDir: z
    .string()
    .refine((path) => !path.includes('\0'), 'a path')
    .default('./data')
    .transform((path) => resolve(path)),
  auth: z.enum(['none', 'jwt'], 'none or jwt').default('none'),
  jwtSecret: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= jwtSecretBytesMin,
      `at least ${jwtSecretBytesMin} bytes, from a random source`,
    )
    .refine((secret) => !sampleSecret.test(secret), 'a secret of your own, not a sample value')
    .optional(),
  jwksUrl: z.string().refine(isTrustworthyKeyUrl, 'an https URL without a password (http only on loopback)').optional(),
  jwtIssuer: z.string().max(512, 'at most 512 characters').optional(),
  jwtAudience: z.string().max(512, 'at most 512 characters').optional(),
  allowedOrigins: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isExactOrigin),
      'exact web origins separated by commas, as https://app.example.org (no path, no trailing slash, no *)',
    )
    .default([]),
  staticDir: z
    .string()
    .transform((path) => resolve(path))
    .refine(isFolder, 'a folder that exists')
    .optional(),
  schema: z
    .string()
    .transform(moduleUrlOf)
    .refine((url) => url !== undefined && isFile(url), 'the path or file URL of a module that exists')
    .transform((url) => url?.href)
    .optional(),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'fatal, error, warn, info, debug, trace or silent')
    .default('info'),
  rateLimits: z
    .enum(['on', 'off'], 'on or off')
    .default('on')
    .transform((value) => value === 'on'),
} satisfies Record<SettingKey, z.ZodType>

const valuesSchema = z.object(values)

type Values = z.infer<typeof valuesSchema>

export const settingKeys: readonly SettingKey[] = valuesSchema.keyof().options

/** Rules between settings: the setting at fault and what it must be, or `undefined`. */
function findContradiction(read: Values): { readonly key: SettingKey; readonly allowed: string } | undefined {
  if (read.auth === 'none') {
    if (!isLoopbackHost(read.host))
      return { key: 'host', allowed: 'a loopback address such as 127.0.0.1 while REJOIN_AUTH is none' }
    const misplaced = (['jwtSecret', 'jwksUrl', 'jwtIssuer', 'jwtAudience'] as const).find((key) => read[key] !== undefined)
    return misplaced && { key: misplaced, allowed: 'left out unless REJOIN_AUTH is jwt' }
  }
  if (read.jwtSecret !== undefined && read.jwksUrl !== undefined)
    return { key: 'jwksUrl', allowed: 'left out when REJOIN_JWT_SECRET is given' }
  if (read.jwtSecret === undefined && read.jwksUrl === undefined) {
    return { key: 'jwtSecret', allowed: 'given (or REJOIN_JWKS_URL) when REJOIN_AUTH is jwt' }
  }
  return undefined
}

/** Whose tokens are good: `none` means that nobody needs one. */
export type AuthConfig =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'jwt'
      readonly key: { readonly type: 'secret'; readonly secret: string } | { readonly type: 'jwks'; readonly url: string }
      /** The only `iss` accepted; `undefined` for any. */
      readonly issuer: string | undefined
      /** The `aud` that a token must name; `undefined` for any. */
      readonly audience: string | undefined
    }

function toAuth(read: Values): AuthConfig {
  if (read.auth === 'none') return { mode: 'none' }
  const { jwtSecret, jwksUrl = '', jwtIssuer: issuer, jwtAudience: audience } = read
  const key = jwtSecret === undefined ? { type: 'jwks' as const, url: jwksUrl } : { type: 'secret' as const, secret: jwtSecret }
  return { mode: 'jwt', key, issuer, audience }
}

export interface ServerConfig {
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
  /** Absolute. */
  readonly dataDir: string
  readonly auth: AuthConfig
  /** Exact, as a browser writes them in `Origin`. */
  readonly allowedOrigins: readonly string[]
  /** Absolute; existed when it was read. */
  readonly staticDir: string | undefined
  /** File URL of the module with the application's schema and hooks; existed when it was read. */
  readonly schemaModule: string | undefined
  readonly logLevel: Values['logLevel']
  /** `false` lifts rates and connection counts, never sizes. */
  readonly rateLimits: boolean
}

/** Its issues carry the key of the setting as path and what is allowed as message. */
export const serverConfigSchema = valuesSchema.transform((read, context): ServerConfig => {
  const contradiction = findContradiction(read)
  if (contradiction) context.addIssue({ code: 'custom', path: [contradiction.key], message: contradiction.allowed })
  const { host, port, dataDir, allowedOrigins, staticDir, schema: schemaModule, logLevel, rateLimits } = read
  return { host, port, dataDir, auth: toAuth(read), allowedOrigins, staticDir, schemaModule, logLevel, rateLimits }
})
