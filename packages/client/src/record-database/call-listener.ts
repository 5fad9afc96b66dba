/**
 * Calls a listener of the app. What it throws is an error of the page that nobody handled; it neither ends what it listens to nor keeps
 * others from hearing.
 */
export function callListener(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
