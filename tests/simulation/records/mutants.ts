/** Bugs that can be planted, one at a time, to see that the simulator finds them. */
export const mutants = {
  // The server's disk and its use.
  answerBeforeCommit: 'the server answers before the disk has the verdicts',
  failedCommitIsDone: 'a failed commit is reported as done',
  verdictInASecondTransaction: 'the effect is committed first, its verdict in another transaction a little later',
  verdictsAreForgotten: 'the table of verdicts is never looked at',
  floorIsForgotten: 'after verdicts were pruned, nothing is known of how far',
  staleIsIgnored: 'a commit is written although the head has moved since it was judged',
  // Rules and rights.
  lastArrivalWins: 'a concurrent edit wins because it arrives later',
  clockIsNotClamped: 'a time of the future is kept as it is',
  editsResurrect: 'an edit brings a deleted record back',
  readRuleIsIgnored: 'the schema’s own rule who may read a row is not asked',
  // The feed.
  tenantFilterIsMissing: 'a page of the feed has the rows of other tenants, too',
  pageSplitsASeq: 'a page of the feed ends inside a sequence number',
  tombstonesAreNotTold: 'the feed leaves out deleted records',
  epochSurvivesRestore: 'a database restored from backup calls itself the same as before',
  scopeIsIgnored: 'a checkpoint is continued although the rights of its user have changed',
  // The device.
  settleInTwoTransactions: 'entries leave the outbox in one transaction, rows come in another',
  cursorBeforeRows: 'the checkpoint of a page is stored before its rows',
  fenceIsIgnored: 'a drainer that was replaced goes on settling',
  inFlightIsCoalesced: 'a later edit is taken into an operation that was sent already',
  resyncClearsTheOutbox: 'starting over from the server throws away what waits',
  deviceReceiptTooEarly: 'a write resolves before its transaction is complete',
  quotaIsIgnored: 'a transaction that failed for lack of room is taken for done',
  aheadIsNotMarked: 'what is chosen while a request is out is not marked as sent',
  settledOutOfOrder: 'an answer is settled before the one that came before it',
  // Requests of the app.
  conflictIsDropped: 'a request that the app’s server refused with 409 is taken for done, and nobody is told',
  authorizationIsStored: 'a request is kept with its authorization',
  newKeyOnReplay: 'a request that is sent again has another idempotency key',
  laneIsIgnored: 'the last request of a lane is sent first',
  laneHasTwoOut: 'while the first request of a lane is out, the last one is, too',
  roomIsIgnored: 'more requests are out at a time than may be',
  // Scenes.
  sceneVerdictsApart: 'what a batch does to a scene is committed first, the verdicts on its operations a little later',
  sceneRepeatsAreNew: 'nobody looks whether an operation on a scene had its verdict',
  sceneIsAnsweredTooEarly: 'the server answers for a batch before the disk has it',
  sceneGoesOnFromWhatFailed: 'a batch is judged by what an earlier one would have made of the scene, had it been stored',
  sceneIsNotShown: 'who has a scene open is left out now and then',
  sceneLossIsDropped: 'an operation that lost to what the scene has is taken for done, and nobody is told',
  scenePostponedIsDone: 'an operation on a scene that failed for now is taken for done',
  sceneShortAnswerIsBelieved: 'an answer that counts fewer operations than were sent settles all of them',
  sceneHasManyLanes: 'what is queued for a scene does not wait for what was queued before',
  // The engine and its way to the server.
  newIdOnRetry: 'a request that is sent again has new operation ids',
  checkpointFromResults: 'a push answers with the checkpoint of the head, whatever changes it brings',
  ackedThroughTooHigh: 'the device says that more of its operations are settled than are',
  refusalDropsOperations: 'the status of a refused request decides the fate of its operations',
  portalIsTheServer: 'the page of a captive portal is taken for the server’s consent',
  duplicateIsRejection: 'a repeat is taken for a rejection',
  timerIsLostAfter503: 'after the server was overloaded nothing is armed to try again',
  upToDateWithoutHeartbeat: 'a feed that is cut seems to go on beating',
  anotherUsersToken: 'the outbox of one user is sent with the token of another',
  newDrainerTakesNoFence: 'whoever comes to drain goes on under the fence of the one before',
  timeWaitsForTheClock: 'after the clock was set back, time stands still until the clock has caught up',
  // What waits for better conditions.
  syncNowIsHeldBack: 'settings and battery hold back what a person asked for, too',
  heldBackIsUpToDate: 'what is held back is not counted as pending',
  holdIsIgnored: 'what is said to be held back is sent all the same',
  // The service worker.
  workerTakesTheLock: 'the service worker drains although a page has the lock',
  workerHasNoLimit: 'one event of the service worker settles as much as there is',
  workerSaysDoneTooEarly: 'the browser is told that nothing remains when an event is full',
  workerSendsAsAnother: 'the service worker sends with the token of another person',
  workerSendsWithAnyCookies: 'the service worker sends requests with the cookies of whoever is signed in',
  workerDropsWhatWasSent: 'a service worker that starts takes what was sent for done',
  workerSettlesWithoutRows: 'the service worker takes verdicts and leaves the rows that came with them',
} as const

export type Mutant = keyof typeof mutants
