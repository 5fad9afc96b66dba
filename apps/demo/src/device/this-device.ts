import { useSyncExternalStore } from 'react'
import type { z } from 'zod'
import { appOfDevice, deviceFromSearch } from './device.ts'
import { createKeptValue, type KeptValue } from './kept-value.ts'

/** The device that this page is. */
export const thisDevice = deviceFromSearch(location.search)
export const thisApp = appOfDevice(thisDevice)

/** A value that this device remembers, followed over all its tabs. */
export function keptOnThisDevice<T>(name: string, schema: z.ZodType<T>, initial: NoInfer<T>): KeptValue<T> {
  const key = `${thisApp}:${name}`
  const kept = createKeptValue(localStorage, { key, schema, initial })
  window.addEventListener('storage', (event) => event.key === key && kept.refresh())
  return kept
}

export function useKept<T>(kept: KeptValue<T>): T {
  return useSyncExternalStore(kept.subscribe, kept.get)
}
