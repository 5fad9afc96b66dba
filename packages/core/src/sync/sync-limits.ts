/** Every bound of the record wire, each with its unit. The server announces its own in each response; these are the defaults. */
export const syncLimits = {
  /** Most operations of one request. */
  operationsMax: 500,
  /** Largest request body after decompression. */
  requestBytesMax: 512 * 1024,
  /** Largest JSON of one operation: several must fit a request. */
  operationBytesMax: 128 * 1024,
  /**
   * A record that grows field by field may become larger than one operation, but not so large that a transaction of many fits no answer;
   * counted by `charactersOf`.
   */
  recordCharactersMax: 256 * 1024,
  /** Rows of one answer; a transaction is never split, so there may be some more. */
  changesMax: 1_000,
  /** The server speaks on `/changes` at least this often. */
  heartbeatMs: 20_000,
  /** What was confirmed by a heartbeat longer ago is not called up to date. */
  headAgeMsMax: 45_000,
  /** Tombstones are kept so long; a device that was away longer starts over. */
  tombstoneMs: 90 * 24 * 60 * 60 * 1000,
  idCharactersMax: 128,
  /** As long as a token may name one. */
  tenantCharactersMax: 256,
} as const
