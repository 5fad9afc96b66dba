import { StoreError, type StoreErrorCode } from './store-error.ts'

const messageByCode = {
  quotaExceeded: 'this device has no room left for local data',
  versionChanged: 'the local database was changed by another version of the app; reload the page',
  connectionLost: 'the browser cut the connection to the local database',
  unavailable: 'the local database cannot be used',
} as const satisfies Partial<Record<StoreErrorCode, string>>

/** What the browser (or Dexie) calls it. The first name that is found decides: a full disk often shows only inside an abort. */
const codeByErrorName: readonly (readonly [string, keyof typeof messageByCode])[] = [
  ['QuotaExceededError', 'quotaExceeded'],
  ['VersionError', 'versionChanged'],
  ['MissingAPIError', 'unavailable'],
  ['SecurityError', 'unavailable'],
  ['NotAllowedError', 'unavailable'],
  // WebKit after backgrounding, Chrome after "clear site data", disk trouble: a new connection may work.
  ['InvalidStateError', 'connectionLost'],
  ['UnknownError', 'connectionLost'],
  ['DatabaseClosedError', 'connectionLost'],
  ['TransactionInactiveError', 'connectionLost'],
  ['TimeoutError', 'connectionLost'],
  ['AbortError', 'connectionLost'],
]

/** Turns whatever IndexedDB threw into a `StoreError`. What nobody foresaw is `unavailable`, never ignored. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const names = errorNames(error)
  const code = codeByErrorName.find(([name]) => names.has(name))?.[1] ?? 'unavailable'
  const detail = error instanceof Error && error.message !== '' ? ` (${error.message})` : ''
  return new StoreError(code, messageByCode[code] + detail, { cause: error })
}

/** The names of an error and of those inside it: Dexie wraps what the browser threw. */
function errorNames(error: unknown): ReadonlySet<string> {
  const names = new Set<string>()
  let current = error
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
    if ('name' in current && typeof current.name === 'string') names.add(current.name)
    const inner: unknown = 'inner' in current ? current.inner : 'cause' in current ? current.cause : undefined
    current = inner ?? firstFailure(current)
  }
  return names
}

function firstFailure(error: object): unknown {
  return 'failures' in error && Array.isArray(error.failures) ? error.failures[0] : undefined
}
