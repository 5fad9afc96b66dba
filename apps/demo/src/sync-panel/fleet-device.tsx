import type { Devices } from '@rejoin/client'
import type { Attempts } from '@rejoin/client/ui'
import { useState } from 'react'
import { FleetSettings } from './fleet-settings.tsx'
import { factWords, nameWords, pendingWords, stateWords, type FleetDevice } from './fleet-words.ts'

interface Properties {
  readonly api: Devices
  readonly device: FleetDevice
  readonly isOwn: boolean
  readonly now: number
  readonly attempt: Attempts['attempt']
}

/** What can be asked of a device, and its settings where somebody wants to see them. */
function FleetActions({ api, device, attempt }: Pick<Properties, 'api' | 'device' | 'attempt'>) {
  const [isOpen, setOpen] = useState(false)
  const { deviceId, user, settings } = device
  const named = { deviceId, user }
  const name = nameWords(device)
  const word = settings.enabled ? 'Pause' : 'Resume'
  return (
    <>
      <div className="fleet-actions">
        <button
          type="button"
          className="button small"
          aria-label={`${word} ${name}`}
          data-testid="fleet-pause"
          onClick={() => void attempt(settings.enabled ? api.pause(named) : api.resume(named))}
        >
          {word}
        </button>
        <button
          type="button"
          className="button small"
          aria-label={`Sync now on ${name}`}
          data-testid="fleet-start"
          onClick={() => void attempt(api.start(named))}
        >
          Sync now
        </button>
        <button
          type="button"
          className="button small"
          aria-expanded={isOpen}
          aria-label={`Settings of ${name}`}
          data-testid="fleet-settings"
          onClick={() => setOpen(!isOpen)}
        >
          Settings
        </button>
      </div>
      {isOpen ? <FleetSettings api={api} device={device} onChange={(work) => void attempt(work)} /> : undefined}
    </>
  )
}

/** One device: how it does, and steering it. */
export function FleetDeviceRow({ api, device, isOwn, now, attempt }: Properties) {
  const { deviceId, settings, isLive, lastError } = device
  const pending = pendingWords(device)
  const state = settings.enabled ? 'live' : 'paused'
  return (
    <li
      className="fleet-device"
      data-testid="fleet-device"
      data-device={deviceId}
      data-own={isOwn}
      data-live={isLive}
      data-paused={!settings.enabled}
      data-queue={device.queueSize}
      data-pending={device.pendingCommands}
    >
      <div className="fleet-head">
        <span className="fleet-light" data-state={isLive ? state : 'away'} aria-hidden="true" />
        <h3>
          {nameWords(device)}
          {isOwn ? <span className="quiet"> · this device</span> : undefined}
        </h3>
        <span className="fleet-state">{stateWords(device, now)}</span>
      </div>
      <p className="quiet">{factWords(device, now).join(' · ')}</p>
      {lastError === undefined ? undefined : <p className="fleet-error">{lastError.message}</p>}
      {pending === undefined ? undefined : <p className="quiet">{pending}</p>}
      <FleetActions api={api} device={device} attempt={attempt} />
    </li>
  )
}
