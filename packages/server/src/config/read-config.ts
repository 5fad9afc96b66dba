import { parseArgs } from 'node:util'
import { serverConfigSchema, settingKeys, type ServerConfig } from './server-config.ts'
import { settings, type Setting, type SettingKey } from './settings.ts'

export type ConfigReading =
  /** `unknownVariables`: names that begin with REJOIN_ and mean nothing; most likely typing errors. */
  | { readonly type: 'config'; readonly config: ServerConfig; readonly unknownVariables: readonly string[] }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  /** `message`: one line that names the variable or flag, what was given and what is allowed. */
  | { readonly type: 'wrong'; readonly message: string }

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Without the program's name. */
  readonly args: readonly string[]
}

interface Given {
  readonly value: string
  /** The variable or flag as the person wrote it. */
  readonly name: string
}

type GivenByKey = Map<SettingKey, Given>

const keyByFlag = new Map<string, SettingKey>(settingKeys.map((key) => [settings[key].flag, key]))
const shownCharactersMax = 100

/** Reads the settings: a flag wins over its variable, an empty variable counts as not given. */
export function readConfig(sources: ConfigSources): ConfigReading {
  const given = readVariables(sources.env)
  const flags = readFlags(sources.args)
  if (flags.type !== 'flags') return flags
  for (const [key, flag] of flags.given) given.set(key, flag)

  const values = Object.fromEntries([...given].map(([key, { value }]) => [key, value]))
  const result = serverConfigSchema.safeParse(values)
  if (result.success) return { type: 'config', config: result.data, unknownVariables: findUnknownVariables(sources.env) }
  const issue = result.error.issues[0]
  const key = settingKeys.find((candidate) => candidate === issue?.path[0])
  if (key === undefined || issue === undefined) throw new Error('the configuration schema names a setting that does not exist')
  return { type: 'wrong', message: describe(settings[key], given.get(key), issue.message) }
}

function describe(setting: Setting, given: Given | undefined, allowed: string): string {
  if (given === undefined) return `${setting.variable} (or --${setting.flag}) must be ${allowed}`
  return `${given.name} is ${setting.isSecret ? '(not shown)' : quote(given.value)}; it must be ${allowed}`
}

/** JSON, so that a control character cannot make it two lines. */
function quote(value: string): string {
  return JSON.stringify(value.length > shownCharactersMax ? `${value.slice(0, shownCharactersMax)}…` : value)
}

function readVariables(env: ConfigSources['env']): GivenByKey {
  const given: GivenByKey = new Map()
  for (const key of settingKeys) {
    const name = settings[key].variable
    const value = env[name]
    if (value !== undefined && value !== '') given.set(key, { value, name })
  }
  return given
}

/** Reported, not refused: container platforms inject variables of their own under a service's name. */
function findUnknownVariables(env: ConfigSources['env']): string[] {
  const known = new Set<string>(settingKeys.map((key) => settings[key].variable))
  return Object.keys(env).filter((name) => name.startsWith('REJOIN_') && !known.has(name))
}

type Flags = { readonly type: 'flags'; readonly given: GivenByKey } | Exclude<ConfigReading, { type: 'config' }>

/** Works on tokens instead of parseArgs's strict mode, whose messages repeat what was typed: it may be a secret. */
function readFlags(args: readonly string[]): Flags {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries(settingKeys.map((key) => [settings[key].flag, { type: 'string' as const }])),
    },
  })
  const given: GivenByKey = new Map()
  for (const token of tokens) {
    if (token.kind !== 'option') return wrong('the command line has a value without a flag; see --help')
    if (token.name === 'help' || token.name === 'version') return { type: token.name }
    const key = keyByFlag.get(token.name)
    if (key === undefined) return wrong(`there is no flag ${quote(token.rawName)}; see --help`)
    if (given.has(key)) return wrong(`${token.rawName} is given twice`)
    if (token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-'))) {
      return wrong(`${token.rawName} needs a value: ${token.rawName} ${settings[key].placeholder}`)
    }
    given.set(key, { value: token.value, name: token.rawName })
  }
  return { type: 'flags', given }
}

function wrong(message: string): { readonly type: 'wrong'; readonly message: string } {
  return { type: 'wrong', message }
}
