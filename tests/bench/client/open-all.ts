import type { BenchClient } from './bench-client.ts'

const concurrencyDefault = 100

/** Opens all clients, at most `concurrency` at a time, and resolves when every one has its first step 2. */
export async function openAll(clients: readonly BenchClient[], concurrency = concurrencyDefault): Promise<void> {
  const waiting = clients.values()
  const openInTurn = async (): Promise<void> => {
    for (const client of waiting) await client.open()
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, clients.length) }, openInTurn))
}
