export interface FollowedRead<Result, Change> {
  readonly result: Result
  /** Whether this read may give something else after that change. */
  readonly isTouchedBy: (change: Change) => boolean
}

export interface FollowOptions<Result, Change> {
  readonly read: () => Promise<FollowedRead<Result, Change>>
  /** Tells of changes after they are committed. The returned function stops it. */
  readonly listen: (hear: (change: Change) => void) => () => void
  readonly listener: (result: Result) => void
  readonly onError: ((error: Error) => void) | undefined
}

/** Reads at once, and again after every change of what was read; changes during a read are not missed. An error ends it. */
export function followReads<Result, Change>({ read, listen, listener, onError }: FollowOptions<Result, Change>): () => void {
  let isStopped = false
  let isReading = false
  let heard: Change[] = []
  let isTouchedBy: (change: Change) => boolean = () => true

  const stopListening = listen((change) => {
    if (isReading) heard.push(change)
    else if (isTouchedBy(change)) void refresh()
  })
  const stop = (): void => {
    isStopped = true
    stopListening()
  }
  const refresh = async (): Promise<void> => {
    isReading = true
    try {
      do {
        heard = []
        const latest = await read()
        isTouchedBy = latest.isTouchedBy
        if (!isStopped) listener(latest.result)
      } while (!isStopped && heard.some(isTouchedBy))
      isReading = false
    } catch (error) {
      if (isStopped) return
      stop()
      onError?.(error instanceof Error ? error : new Error(String(error)))
    }
  }
  void refresh()
  return stop
}
