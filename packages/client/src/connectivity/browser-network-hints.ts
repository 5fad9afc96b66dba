import { z } from 'zod'
import { noNetworkHints, type NetworkHint, type NetworkHints } from './network-hints.ts'

const amountSchema = z.number().nonnegative().optional().catch(undefined)

/** What does not fit counts as not said: this API differs from browser to browser. */
const connectionSchema = z.object({
  type: z.string().min(1).max(32).optional().catch(undefined),
  effectiveType: z.string().optional().catch(undefined),
  downlink: amountSchema,
  rtt: amountSchema,
  saveData: z.boolean().optional().catch(undefined),
})

interface ConnectionLike extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly [name: string]: unknown
}

/** The Network Information API, where the browser has it (not in Safari, nor in Firefox). */
export function browserNetworkHints(navigator: object): NetworkHints {
  const connection: unknown = 'connection' in navigator ? navigator.connection : undefined
  if (!isConnection(connection)) return noNetworkHints
  return {
    read: (): NetworkHint => {
      // Its members are the prototype's.
      const { type, effectiveType, downlink, rtt, saveData } = connection
      const said = connectionSchema.parse({ type, effectiveType, downlink, rtt, saveData })
      return {
        type: said.type,
        effectiveType: said.effectiveType,
        downlink: said.downlink,
        roundTripMs: said.rtt,
        isSavingData: said.saveData,
      }
    },
    subscribe: (listener) => {
      const handle = (): void => listener()
      connection.addEventListener('change', handle)
      return () => connection.removeEventListener('change', handle)
    },
  }
}

function isConnection(value: unknown): value is ConnectionLike {
  return typeof value === 'object' && value !== null && 'addEventListener' in value && 'removeEventListener' in value
}
