/** Hands text or bytes to the person as a file. */
export function downloadFile(fileName: string, content: string | Uint8Array): void {
  const isText = typeof content === 'string'
  const part = isText ? content : new Uint8Array(content)
  const url = URL.createObjectURL(new Blob([part], { type: isText ? 'application/json' : 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}
