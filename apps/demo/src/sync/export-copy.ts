import type { Client, SetAsideCopy } from '@rejoin/client'
import { downloadFile } from '@rejoin/client/ui'

/** Saves a copy that was set aside as a file holding one Yjs update; `false` if the device has it no more. */
export async function exportCopy(client: Client, copy: SetAsideCopy): Promise<boolean> {
  const update = await client.documents.exportSetAside(copy.id)
  if (!update) return false
  const day = new Date(copy.at).toISOString().slice(0, 10)
  downloadFile(`${copy.name.replaceAll('/', '-')}-${day}.yjs`, update)
  return true
}
