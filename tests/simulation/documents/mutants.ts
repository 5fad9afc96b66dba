/** Bugs that can be planted, one at a time, to see that the simulator finds them. */
export const mutants = {
  receiptBeforeCommit: 'the server answers and relays before the disk has the rows',
  failedCommitIsDone: 'a failed commit is reported as done',
  snapshotWithoutTail: 'after a restart the server loads the snapshot and forgets the updates since',
  step1IsIgnored: 'the client does not hear the server’s step 1, so it never sends what it has',
  receiptsOutliveConnections: 'the receipts of a connection go on counting on the next one',
  receiptCountsOneMore: 'a receipt is read as one more than it says',
  deviceLies: 'the device says that it has kept a change before its transaction is complete',
  dirtIsForgotten: 'a reloaded tab does not know what is dirty',
  reconnectTimerIsLost: 'the delay before the next attempt is never armed',
  slowPeerIsForgotten: 'a connection that was too slow never gets what it missed',
  relaySkipsOne: 'the relay leaves a connection out now and then',
} as const

/** Bugs that only worlds with programs that send operations on scenes can show. */
export const sceneMutants = {
  verdictsApart: 'verdicts of operations are kept in a transaction of their own, after the one that carries their effect',
} as const

export type Mutant = keyof typeof mutants | keyof typeof sceneMutants
