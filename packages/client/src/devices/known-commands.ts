import { deviceCommandSchema, type DeviceCommand } from '@rejoin/core'
import { z } from 'zod'

/**
 * Commands as a server says them, up to the first that this version does not know: it waits, with all that come after it, until the app is
 * updated. They are acknowledged in a row, so that none may be skipped.
 */
export const knownCommandsSchema = z.array(z.unknown()).transform((said): readonly DeviceCommand[] => {
  const known: DeviceCommand[] = []
  for (const each of said) {
    const command = deviceCommandSchema.safeParse(each)
    if (!command.success) break
    known.push(command.data)
  }
  return known
})
