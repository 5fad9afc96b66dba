/** Browsers without idle callbacks wait so long instead. */
const idleAfterMs = 250

function atIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(() => run())
  else setTimeout(run, idleAfterMs)
}

/** Runs `run` once when the browser has nothing better to do, however often it is asked meanwhile; never again after `stop`. */
export function createIdleRunner(run: () => void): { readonly ask: () => void; readonly stop: () => void } {
  let isAsked = false
  let isStopped = false
  return {
    ask() {
      if (isAsked || isStopped) return
      isAsked = true
      atIdle(() => {
        isAsked = false
        if (!isStopped) run()
      })
    },
    stop() {
      isStopped = true
    },
  }
}
