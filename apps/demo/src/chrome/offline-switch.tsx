import type { Client } from '@rejoin/client'
import { useState } from 'react'

/** Cuts this tab off from the server, to see what that is like. */
export function OfflineSwitch({ client }: { client: Pick<Client, 'isOnline' | 'setOnline'> }) {
  const [isOnline, setOnline] = useState(client.isOnline)
  const toggle = () => {
    client.setOnline(!isOnline)
    setOnline(!isOnline)
  }
  return (
    <button
      type="button"
      className="offline-switch panel"
      role="switch"
      aria-checked={!isOnline}
      data-testid="offline-switch"
      onClick={toggle}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
      <span className="only-wide">Work offline</span>
      <span className="only-narrow">Offline</span>
    </button>
  )
}
