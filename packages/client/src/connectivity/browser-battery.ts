import { z } from 'zod'
import { noBattery, type Battery, type BatteryHint } from './battery.ts'

const batterySchema = z.object({ level: z.number().min(0).max(1), charging: z.boolean() })

interface BatteryLike extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly level: unknown
  readonly charging: unknown
}

const events = ['levelchange', 'chargingchange']

/** The Battery Status API, where the browser has it (not in Safari, nor in Firefox, nor in workers) and the page may ask. */
export function browserBattery(navigator: object): Battery {
  const ask: unknown = 'getBattery' in navigator ? navigator.getBattery : undefined
  if (typeof ask !== 'function') return noBattery
  return {
    follow: (listener) => {
      let stop: (() => void) | undefined
      let isOver = false
      const attach = (battery: unknown): void => {
        if (!isOver && isBattery(battery)) stop = followBattery(battery, listener)
      }
      const asked: unknown = Reflect.apply(ask, navigator, [])
      // A policy may forbid it: then nothing is known.
      Promise.resolve(asked).then(attach, () => undefined)
      return () => {
        isOver = true
        stop?.()
      }
    },
  }
}

function followBattery(battery: BatteryLike, listener: (hint: BatteryHint) => void): () => void {
  const tell = (): void => {
    const { level, charging } = battery
    const said = batterySchema.safeParse({ level, charging })
    if (said.success) listener({ batteryLevel: Math.round(said.data.level * 100), isCharging: said.data.charging })
  }
  for (const event of events) battery.addEventListener(event, tell)
  tell()
  return () => {
    for (const event of events) battery.removeEventListener(event, tell)
  }
}

function isBattery(value: unknown): value is BatteryLike {
  return typeof value === 'object' && value !== null && 'level' in value && 'charging' in value && 'addEventListener' in value
}
