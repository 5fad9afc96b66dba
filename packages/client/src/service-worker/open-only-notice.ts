import type { BackgroundSyncSupport } from './detect-background-sync.ts'

export const openOnlySentence = 'This browser syncs only while the app is open. Use Sync now before you close it.'

const storageKey = 'rejoin/open-only-notice'

/** The sentence for a person whose browser delivers nothing once the app is closed: once on a device, otherwise `undefined`. */
export function takeOpenOnlyNotice(
  { backgroundSync }: BackgroundSyncSupport,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  if (backgroundSync) return undefined
  try {
    if (storage.getItem(storageKey) !== null) return undefined
    storage.setItem(storageKey, 'shown')
  } catch {
    // What cannot be remembered would be said again and again.
    return undefined
  }
  return openOnlySentence
}
