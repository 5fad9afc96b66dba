import { useCallback, useSyncExternalStore } from 'react'

const key = 'rejoin:sound'
const listeners = new Set<() => void>()

/** Of this device; off until somebody switches it on, and where the browser keeps nothing. */
function isSoundOn(): boolean {
  try {
    return localStorage.getItem(key) === 'on'
  } catch {
    return false
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** Whether the toasts may be heard on this device, and the switch for it. */
export function useSoundPreference(): readonly [isOn: boolean, setOn: (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(subscribe, isSoundOn, () => false)
  const setOn = useCallback((next: boolean) => {
    try {
      localStorage.setItem(key, next ? 'on' : 'off')
    } catch (error) {
      // A browser that keeps nothing stays silent.
      if (!(error instanceof DOMException)) throw error
    }
    for (const listener of listeners) listener()
  }, [])
  return [isOn, setOn]
}
