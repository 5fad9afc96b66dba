import type { Client, SetAsideCopy } from '@rejoin/client'

/** Hands bytes to the person as a file. */
function download(bytes: Uint8Array, fileName: string): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

/** Saves a copy that was set aside as a file holding one Yjs update; `false` if the device has it no more. */
export async function exportCopy(client: Client, copy: SetAsideCopy): Promise<boolean> {
  const update = await client.documents.exportSetAside(copy.id)
  if (!update) return false
  const day = new Date(copy.at).toISOString().slice(0, 10)
  download(update, `${copy.name.replaceAll('/', '-')}-${day}.yjs`)
  return true
}
