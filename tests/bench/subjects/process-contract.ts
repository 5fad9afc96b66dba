/** The folder that a subject's process may write to: its first argument. */
export function requireDataDir(): string {
  const dataDir = process.argv[2]
  if (dataDir === undefined) throw new Error('usage: node X-process.ts DATA_DIR')
  return dataDir
}

/** Says that the server accepts connections, in the form that `startServer` waits for. */
export function announcePort(name: string, port: number): void {
  process.stdout.write(`${name} listening on http://127.0.0.1:${port}\n`)
}
