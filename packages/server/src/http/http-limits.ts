/** Every bound of the HTTP side, each with its unit. Sizes and times hold also where rate limits are off. */
export const httpLimits = {
  /** Largest request body. */
  bodyBytesMax: 256 * 1024,
  /** All request headers together, the URL included. */
  headerBytesMax: 16 * 1024,
  headersCountMax: 100,
  /** From the first byte to the end of the headers. */
  headersMs: 10_000,
  /** From the first byte to the end of the body. */
  requestMs: 30_000,
  /** A handler that takes longer is answered for. */
  handlerMs: 20_000,
  /** A connection without traffic. */
  connectionIdleMs: 60_000,
  /** Between two requests of one connection; longer than the idle time of common proxies, so that the proxy hangs up first. */
  keepAliveMs: 65_000,
  /** How often Node looks for connections past these times. */
  connectionsCheckMs: 5_000,
  requestsPerConnectionMax: 10_000,
  /** Requests of one address to the API in a minute. */
  requestsPerMinuteMax: 1_200,
  /** Requests of one user to the record routes in a minute. */
  recordRequestsPerMinuteMax: 600,
  /** Operations that one user sends in a minute: a device that was away for long needs several, and waits as it is told. */
  operationsPerMinuteMax: 60_000,
  /** Requests of one user to the device routes in a minute: several devices that report every few seconds. */
  deviceRequestsPerMinuteMax: 300,
  /** JSON of this length and more is compressed for whoever takes it. */
  compressedFromBytes: 1_024,
  /** Documents in one answer of the list. */
  listLimitMax: 500,
  listLimitDefault: 100,
  /** Store pages read for one answer, when most names are not the asker's to read. */
  listPagesMax: 10,
  /** How long a browser may remember a preflight. */
  preflightSeconds: 600,
  /** An answer about readiness is this old at most: probing writes to the disk. */
  probeAgeMs: 1_000,
  probeMs: 5_000,
  /** One document to JSON. */
  jsonMs: 10_000,
  /** Documents that wait to become JSON. */
  jsonWaitingMax: 64,
  /** Memory of the worker that makes JSON, what V8 has not collected yet among it. */
  jsonHeapMegabytesMax: 512,
  /** Characters of a foreign text in a message or log line. */
  foreignTextCharactersMax: 256,
  /** Connections that have not gone by themselves, so long after shutdown began, are cut. */
  shutdownGraceMs: 10_000,
} as const
