/** Every bound of the document wire, each with its unit. Servers announce theirs in `hello`; these are the defaults. */
export const limits = {
  /** Longest document name, in UTF-8 bytes. */
  documentNameBytesMax: 256,
  /** Largest WebSocket message of a signed-in client: a long offline step 2 must pass. */
  frameBytesMax: 16 * 1024 * 1024,
  /** Most structs in one update. */
  updateStructsMax: 200_000,
  /** Most clocks that one update may cover without carrying content (GC, deleted, skip): they cost no bytes, so they need a bound of their own. */
  updateContentlessClocksMax: 1_000_000,
  /** Deepest nesting of a value (arrays and objects inside an item). */
  valueDepthMax: 32,
  /** Deepest chain of Yjs types created inside one another by one update. */
  typeDepthMax: 64,
  /** Most entries of a state vector. */
  stateVectorEntriesMax: 100_000,
  /** Largest presence state of one client, JSON in UTF-8 bytes. */
  presenceStateBytesMax: 16 * 1024,
  /** Most presence entries in one message. */
  presenceEntriesMax: 1_000,
  /** A connection that heard nothing for so long gets a keep-alive message (a stock client hangs up after 30 s). */
  keepAliveMs: 15_000,
  /** Longest bearer token. */
  tokenBytesMax: 8 * 1024,
} as const
