import type { RunningServer } from './start-server.ts'

/** The value of one line of `/metrics`, its labels included in the name; 0 where there is no such line yet. */
export async function readMetric(server: RunningServer, name: string): Promise<number> {
  const response = await fetch(`${server.url}/metrics`)
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`)
  const line = (await response.text()).split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}
