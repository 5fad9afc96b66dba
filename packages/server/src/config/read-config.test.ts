import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { helpText } from './help-text.ts'
import { readConfig } from './read-config.ts'
import { settings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejoin-config-'))
const file = join(folder, 'file')
writeFileSync(file, '')
afterAll(() => rmSync(folder, { recursive: true }))

const secret = 'b2f1c09ee5d94d1fa1c9a6f1f0a7d3e4'
const jwt = { REJOIN_AUTH: 'jwt', REJOIN_JWT_SECRET: secret }

const read = (env: Record<string, string>, ...args: string[]) => readConfig({ env, args })

function configOf(env: Record<string, string>, ...args: string[]) {
  const reading = read(env, ...args)
  if (reading.type !== 'config') throw new Error(JSON.stringify(reading))
  return reading.config
}

test('[CF1] what is not given has its default', () => {
  expect(read({ PATH: '/bin', REJOIN_PORT: '' })).toEqual({
    type: 'config',
    unknownVariables: [],
    config: {
      host: '127.0.0.1',
      port: 8787,
      dataDir: resolve('data'),
      auth: { mode: 'none' },
      allowedOrigins: [],
      staticDir: undefined,
      schemaModule: undefined,
      logLevel: 'info',
      rateLimits: true,
    },
  })
})

test('[CF1] every setting is read from its variable and from its flag, and the flag wins', () => {
  const env = {
    REJOIN_HOST: '0.0.0.0',
    REJOIN_PORT: '1',
    REJOIN_DATA_DIR: '/a',
    REJOIN_AUTH: 'none',
    REJOIN_JWT_SECRET: 'x',
    REJOIN_JWT_ISSUER: 'a',
    REJOIN_JWT_AUDIENCE: 'a',
    REJOIN_ALLOWED_ORIGINS: 'https://a.example',
    REJOIN_STATIC_DIR: '/a',
    REJOIN_SCHEMA: '/a',
    REJOIN_LOG_LEVEL: 'debug',
    REJOIN_RATE_LIMITS: 'on',
  }
  const flags = [
    [
      '--host',
      '::1',
      '--port=0',
      '--data-dir',
      '/b',
      '--auth',
      'jwt',
      '--jwt-secret',
      secret,
      '--jwt-issuer',
      'https://b.example',
    ],
    ['--jwt-audience', 'rejoin', '--allowed-origins', 'https://b.example, http://b.example:8080', '--static-dir', folder],
    ['--schema', file, '--log-level', 'warn', '--rate-limits', 'off'],
  ].flat()
  expect(configOf(env, ...flags)).toEqual({
    host: '::1',
    port: 0,
    dataDir: '/b',
    auth: { mode: 'jwt', key: { type: 'secret', secret }, issuer: 'https://b.example', audience: 'rejoin' },
    allowedOrigins: ['https://b.example', 'http://b.example:8080'],
    staticDir: folder,
    schemaModule: pathToFileURL(file).href,
    logLevel: 'warn',
    rateLimits: false,
  })
})

test('[CF6] under auth jwt a key set takes the place of a secret', () => {
  const url = 'https://issuer.example/.well-known/jwks.json'
  expect(configOf({ REJOIN_AUTH: 'jwt', REJOIN_JWKS_URL: url }).auth).toEqual({
    mode: 'jwt',
    key: { type: 'jwks', url },
    issuer: undefined,
    audience: undefined,
  })
  expect(configOf({ REJOIN_AUTH: 'jwt', REJOIN_JWKS_URL: 'http://127.0.0.1:9/keys' }).auth.mode).toBe('jwt')
})

test('[CF5] under auth none every loopback address will do', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect(configOf({ REJOIN_HOST: host }).host).toBe(host)
  expect(configOf({ ...jwt, REJOIN_HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
})

const originsAllowed = 'exact web origins separated by commas, as https://app.example.org (no path, no trailing slash, no *)'
const loopbackAllowed = 'a loopback address such as 127.0.0.1 while REJOIN_AUTH is none'
const levels = 'fatal, error, warn, info, debug, trace or silent'
const wholePort = 'a whole number from 0 to 65535'

const wrongValues: readonly (readonly [rule: string, env: Record<string, string>, args: string[], message: string])[] = [
  ['CF2', { REJOIN_PORT: 'abc' }, [], `REJOIN_PORT is "abc"; it must be ${wholePort}`],
  ['CF2', { REJOIN_PORT: '8787' }, ['--port', '65536'], `--port is "65536"; it must be ${wholePort}`],
  ['CF2', {}, ['--port=-1'], `--port is "-1"; it must be ${wholePort}`],
  ['CF2', { REJOIN_PORT: 'tcp://10.0.0.1:8787' }, [], `REJOIN_PORT is "tcp://10.0.0.1:8787"; it must be ${wholePort}`],
  ['CF2', {}, ['--host', 'a b'], '--host is "a b"; it must be an IP address or a host name'],
  ['CF2', {}, ['--host', 'a\nb'], '--host is "a\\nb"; it must be an IP address or a host name'],
  ['CF2', { REJOIN_AUTH: 'basic' }, [], 'REJOIN_AUTH is "basic"; it must be none or jwt'],
  ['CF2', { REJOIN_LOG_LEVEL: 'verbose' }, [], `REJOIN_LOG_LEVEL is "verbose"; it must be ${levels}`],
  ['CF2', {}, ['--rate-limits', 'false'], '--rate-limits is "false"; it must be on or off'],
  ['CF2', {}, ['--data-dir', 'a\0b'], '--data-dir is "a\\u0000b"; it must be a path'],
  [
    'CF2',
    {},
    ['--static-dir', join(folder, 'none')],
    `--static-dir is "${join(folder, 'none')}"; it must be a folder that exists`,
  ],
  ['CF2', { REJOIN_STATIC_DIR: file }, [], `REJOIN_STATIC_DIR is "${file}"; it must be a folder that exists`],
  [
    'CF2',
    { REJOIN_JWT_ISSUER: 'x'.repeat(600), ...jwt },
    [],
    `REJOIN_JWT_ISSUER is "${'x'.repeat(100)}…"; it must be at most 512 characters`,
  ],
  ['CF5', { REJOIN_HOST: '0.0.0.0' }, [], `REJOIN_HOST is "0.0.0.0"; it must be ${loopbackAllowed}`],
  ['CF5', {}, ['--host', '::'], `--host is "::"; it must be ${loopbackAllowed}`],
  ['CF5', {}, ['--host', 'example.org'], `--host is "example.org"; it must be ${loopbackAllowed}`],
  ['CF5', {}, ['--host', 'localhost.example.org'], `--host is "localhost.example.org"; it must be ${loopbackAllowed}`],
  ['CF5', { REJOIN_JWT_SECRET: secret }, [], 'REJOIN_JWT_SECRET is (not shown); it must be left out unless REJOIN_AUTH is jwt'],
  ['CF5', {}, ['--jwt-audience', 'a'], '--jwt-audience is "a"; it must be left out unless REJOIN_AUTH is jwt'],
  [
    'CF6',
    { REJOIN_AUTH: 'jwt' },
    [],
    'REJOIN_JWT_SECRET (or --jwt-secret) must be given (or REJOIN_JWKS_URL) when REJOIN_AUTH is jwt',
  ],
  [
    'CF6',
    jwt,
    ['--jwks-url', 'https://a.example'],
    '--jwks-url is (not shown); it must be left out when REJOIN_JWT_SECRET is given',
  ],
  ['CF7', { REJOIN_ALLOWED_ORIGINS: '*' }, [], `REJOIN_ALLOWED_ORIGINS is "*"; it must be ${originsAllowed}`],
  ['CF7', { REJOIN_ALLOWED_ORIGINS: 'null' }, [], `REJOIN_ALLOWED_ORIGINS is "null"; it must be ${originsAllowed}`],
  [
    'CF7',
    {},
    ['--allowed-origins', 'https://a.example/'],
    `--allowed-origins is "https://a.example/"; it must be ${originsAllowed}`,
  ],
  [
    'CF7',
    {},
    ['--allowed-origins', 'https://a.example,'],
    `--allowed-origins is "https://a.example,"; it must be ${originsAllowed}`,
  ],
  [
    'CF7',
    {},
    ['--allowed-origins', 'https://A.example'],
    `--allowed-origins is "https://A.example"; it must be ${originsAllowed}`,
  ],
  [
    'CF7',
    {},
    ['--allowed-origins', 'https://a.example:443'],
    `--allowed-origins is "https://a.example:443"; it must be ${originsAllowed}`,
  ],
  ['CF7', {}, ['--allowed-origins', 'ws://a.example'], `--allowed-origins is "ws://a.example"; it must be ${originsAllowed}`],
  ['CF4', {}, ['--prot', '1'], 'there is no flag "--prot"; see --help'],
  ['CF4', {}, ['-x'], 'there is no flag "-x"; see --help'],
  ['CF4', {}, ['--port'], '--port needs a value: --port PORT'],
  ['CF4', {}, ['--port='], '--port needs a value: --port PORT'],
  ['CF4', {}, ['--data-dir', '--port', '1'], '--data-dir needs a value: --data-dir DIR'],
  ['CF4', {}, ['--port', '1', '--port', '2'], '--port is given twice'],
  ['CF4', {}, ['start'], 'the command line has a value without a flag; see --help'],
]

test.each(wrongValues)('[CF2, CF4, CF5, CF6, CF7] a wrong value is one clear line (%s): %o %o', (_rule, env, args, message) => {
  expect(read(env, ...args)).toEqual({ type: 'wrong', message })
})

const wrongSecrets: readonly (readonly [secret: string, allowed: string])[] = [
  ['short', 'at least 32 bytes, from a random source'],
  ['ü'.repeat(15), 'at least 32 bytes, from a random source'],
  ['please-change-me-please-change-it', 'a secret of your own, not a sample value'],
  ['YOUR-256-BIT-SECRET-your-256-bit-secret', 'a secret of your own, not a sample value'],
  ['x'.repeat(40), 'a secret of your own, not a sample value'],
  ['0123456701234567012345670123456701234567', 'a secret of your own, not a sample value'],
]

test.each(wrongSecrets)('[CF3][CF6] a wrong secret is refused and not shown: %s', (wrongSecret, allowed) => {
  const message = `REJOIN_JWT_SECRET is (not shown); it must be ${allowed}`
  expect(read({ REJOIN_AUTH: 'jwt', REJOIN_JWT_SECRET: wrongSecret })).toEqual({ type: 'wrong', message })
})

test.each([
  'http://issuer.example/keys',
  'https://user:canary@issuer.example/keys',
  'ftp://issuer.example',
  'issuer.example',
  'http://127.0.0.1.example.org/keys',
])('[CF3][CF6] a wrong key set is refused and not shown: %s', (url) => {
  const message = 'REJOIN_JWKS_URL is (not shown); it must be an https URL without a password (http only on loopback)'
  expect(read({ REJOIN_AUTH: 'jwt', REJOIN_JWKS_URL: url })).toEqual({ type: 'wrong', message })
})

test('[CF3] what follows a mistyped secret flag is not repeated', () => {
  for (const args of [['--jwt-secrte', secret], [`--jwt-secrte=${secret}`], ['--auth', 'jwt', secret]]) {
    expect(JSON.stringify(read({}, ...args))).not.toContain(secret)
  }
})

test('[CF4] unknown variables are reported', () => {
  expect(read({ REJOIN_ALOWED_ORIGINS: 'https://a.example', REJOIN_PORT: '1' })).toMatchObject({
    type: 'config',
    unknownVariables: ['REJOIN_ALOWED_ORIGINS'],
  })
})

describe('help', () => {
  test('[CF8] names every setting', () => {
    for (const { flag, placeholder } of Object.values(settings)) expect(helpText()).toContain(`--${flag} ${placeholder}`)
  })

  test('[CF8] help and version win over everything else that is right', () => {
    expect(read({}, '--port', '1', '--help')).toEqual({ type: 'help' })
    expect(read({ REJOIN_PORT: 'abc' }, '-h')).toEqual({ type: 'help' })
    expect(read({}, '--version')).toEqual({ type: 'version' })
  })
})

describe('[CF10] the schema module is a file that exists', () => {
  const url = pathToFileURL(file).href

  test.each([file, relative(process.cwd(), file), url])('%s', (value) => {
    expect(configOf({ REJOIN_SCHEMA: value }).schemaModule).toBe(url)
  })

  test.each([
    folder,
    join(folder, 'missing.ts'),
    'file://elsewhere/schema.ts',
    'file:///a%2Fb.ts',
    'file:',
    'https://elsewhere.example/schema.ts',
    'data:text/javascript,export const schema = {}',
    'a\0b',
  ])('not %s', (value) => {
    expect(read({ REJOIN_SCHEMA: value })).toEqual({
      type: 'wrong',
      message: `REJOIN_SCHEMA is ${JSON.stringify(value)}; it must be the path or file URL of a module that exists`,
    })
  })
})
