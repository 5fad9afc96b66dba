/** Bounds of the relay, each with its unit. */
export const relayLimits = {
  /** More than this waiting in a connection's send buffer: it gets no more document data until it has drained. */
  bufferedBytesMax: 1024 * 1024,
  /** A connection that stays over that bound for so long is closed. */
  slowConsumerMs: 30_000,
  /** Answers to our step 1 that did not heal a gap before the frames are given up. */
  resyncAnswersMax: 3,
  /** A document's state may not grow past this. */
  documentBytesMax: 50 * 1024 * 1024,
  /** Presence of a room goes out at most once in this time. */
  presenceTickMs: 20,
  /** A departed client's presence clock is remembered for so long, so that an echo cannot bring it back. */
  presenceTombstoneMs: 60_000,
  /** Frames of one connection that may wait for a step 2 that contains them. */
  waitingFramesMax: 10_000,
  /** Client ids that a connection may speak for at one time, and over its whole life. */
  presenceClientsMax: 32,
  presenceClientsEverMax: 256,
  /** Entries and bytes of one outgoing presence message; stock clients send back whatever they get, whole. */
  presenceFrameEntriesMax: 250,
  presenceFrameBytesMax: 512 * 1024,
  /** New presence states of one connection; more are dropped. */
  presencePerSecondMax: 100,
  /** An empty room is kept in memory for so long. */
  idleRoomMs: 10_000,
  /** Content of a room that nobody asked for in so long is let go of: the store has it. */
  heldContentMs: 5_000,
  /** A room that has been quiet for so long may be compacted. */
  compactionQuietMs: 2_000,
  /** Rows since the last snapshot that make a quiet room worth compacting. */
  compactionRowsQuiet: 500,
  /** Rows since the last snapshot after which even a busy room is compacted. */
  compactionRowsBusy: 20_000,
  /** Rows since the last snapshot that make a room worth compacting when it goes idle. */
  compactionRowsIdle: 50,
  /** Bytes since the last snapshot that make a quiet room worth compacting, however few rows they are. */
  compactionBytes: 8 * 1024 * 1024,
} as const
