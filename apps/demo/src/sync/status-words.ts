import type { DocumentState } from '@rejoin/client'

type StatusTone = 'calm' | 'good' | 'busy' | 'warn' | 'bad'

export interface StatusWords {
  readonly text: string
  readonly tone: StatusTone
}

function offlineWords({ isOnDevice, hasUnstored }: DocumentState): StatusWords {
  if (isOnDevice) return { text: 'Offline · saved on this device', tone: 'warn' }
  // Without a receipt from the device, "saved" would be a guess.
  return { text: hasUnstored ? 'Offline · not saved yet' : 'Offline', tone: 'warn' }
}

/** The words of the status chip: never more than the state says. */
export function describeStatus(state: DocumentState): StatusWords {
  switch (state.status) {
    case 'loading':
      return { text: 'Opening…', tone: 'busy' }
    case 'offline':
      return offlineWords(state)
    case 'saving':
      return { text: state.hasUnstored ? 'Saving…' : 'Catching up…', tone: 'busy' }
    case 'stored':
      return state.hasUnstored ? { text: 'Saving…', tone: 'busy' } : { text: 'Stored on the server', tone: 'good' }
    case 'readOnly':
      return { text: 'Read only', tone: 'calm' }
    case 'refused':
      return { text: 'Not accepted by the server', tone: 'bad' }
    case 'unavailable':
      return { text: 'Not available', tone: 'bad' }
  }
}
