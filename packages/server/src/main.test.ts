import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, test, vi } from 'vitest'
import { packageVersion } from './config/package-version.ts'

// A process starts slowly where many tests run at once.
vi.setConfig({ testTimeout: 30_000 })

const folder = mkdtempSync(join(tmpdir(), 'rejoin-main-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
/** Lets a test throw inside the process, where nobody catches. */
const throwOnSignal = `data:text/javascript,process.on('SIGUSR2', () => { throw new Error('out of the blue') })`

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[], env: Record<string, string> = {}) {
  const flags = ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning', '--import', throwOnSignal]
  const child = spawn(process.execPath, [...flags, main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const closed = once(child, 'close')
  const stdout = record(child.stdout)
  const stderr = record(child.stderr)
  const ended = async (): Promise<Run> => {
    const [code] = (await closed) as [number | null]
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  }
  const ready = async (): Promise<number> => {
    await stdout.until('\n')
    expect(stdout.text()).toMatch(/^rejoin listening on http:\/\/127\.0\.0\.1:\d+\n$/)
    return Number(stdout.text().slice(stdout.text().lastIndexOf(':') + 1))
  }
  return { child, ended, ready, stderr }
}

/** Keeps what a stream says, and waits for a part of it. */
function record(stream: Readable): { text(): string; until(part: string): Promise<void> } {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return {
    text: () => text,
    until: (part) =>
      new Promise((resolve, reject) => {
        const look = () => text.includes(part) && resolve()
        stream.on('data', look).once('end', () => reject(new Error(`it ended without saying ${part}: ${text}`)))
        look()
      }),
  }
}

const dataDir = (name: string) => ['--port', '0', '--data-dir', join(folder, name)]

test('[CF8][CF9] one ready line, the log on stderr, SIGTERM ends it with 0', async () => {
  const server = start(dataDir('a'), { REJOIN_PROT: '1' })
  const port = await server.ready()
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  server.child.kill('SIGTERM')
  const { code, stdout, stderr } = await server.ended()
  expect([code, stdout]).toEqual([0, `rejoin listening on http://127.0.0.1:${port}\n`])
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toContainEqual(expect.objectContaining({ variable: 'REJOIN_PROT', level: 40 }))
  expect(lines).toContainEqual(expect.objectContaining({ signal: 'SIGTERM', msg: 'stopping' }))
})

test('[CF9] SIGINT lets a request finish; a second signal does not wait', async () => {
  const server = start(dataDir('b'))
  const socket = connect(await server.ready(), '127.0.0.1')
  socket.write(
    'POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n',
  )
  await once(socket, 'data')
  server.child.kill('SIGINT')
  await server.stderr.until('"stopping"')
  expect(server.child.exitCode).toBe(null)
  server.child.kill('SIGINT')
  expect((await server.ended()).code).toBe(1)
  socket.destroy()
})

test('[CF9] an exception nobody caught is logged and ends the process with 1', async () => {
  const server = start(dataDir('c'))
  await server.ready()
  server.child.kill('SIGUSR2')
  const { code, stderr } = await server.ended()
  expect(code).toBe(1)
  expect(stderr).toContain('"message":"out of the blue"')
})

test.each<[string[], Record<string, string>, string]>([
  [['--port', 'abc'], {}, '--port is "abc"; it must be a whole number from 0 to 65535'],
  [
    [],
    { REJOIN_HOST: '0.0.0.0' },
    'REJOIN_HOST is "0.0.0.0"; it must be a loopback address such as 127.0.0.1 while REJOIN_AUTH is none',
  ],
  [
    ['--auth', 'jwt'],
    { REJOIN_JWT_SECRET: 'canary' },
    'REJOIN_JWT_SECRET is (not shown); it must be at least 32 bytes, from a random source',
  ],
])('[CF2, CF3] %j %j: one line and exit code 2', async (args, env, message) => {
  expect(await start(args, env).ended()).toEqual({ code: 2, stdout: '', stderr: `rejoin-server: ${message}\n` })
})

test('[CF9] a port in use, a folder in use, a folder that cannot be one: one line and exit code 1', async () => {
  const first = start(dataDir('d'))
  const port = await first.ready()
  const used = start(['--port', String(port), '--data-dir', join(folder, 'e')])
  const locked = start(dataDir('d'))
  writeFileSync(join(folder, 'file'), '')
  const file = start(dataDir('file'))
  const linesOf = async (server: ReturnType<typeof start>) => {
    const { code, stdout, stderr } = await server.ended()
    return {
      code,
      stdout,
      lines: stderr
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    }
  }
  expect(await linesOf(used)).toEqual({
    code: 1,
    stdout: '',
    lines: [`rejoin-server: cannot listen on http://127.0.0.1:${port}: the port is in use`],
  })
  expect(await linesOf(locked)).toEqual({
    code: 1,
    stdout: '',
    lines: [
      `rejoin-server: cannot use the data folder ${join(folder, 'd')}: another Rejoin server is using the data folder ${join(folder, 'd')}`,
    ],
  })
  expect(await linesOf(file)).toEqual({
    code: 1,
    stdout: '',
    lines: [expect.stringMatching(new RegExp(`^rejoin-server: cannot use the data folder ${join(folder, 'file')}: `))],
  })
  first.child.kill('SIGTERM')
  expect((await first.ended()).code).toBe(0)
})

test('[CF10] the schema module is served; one that is none is one line and exit code 2', async () => {
  const wrong = join(folder, 'wrong.mjs')
  writeFileSync(wrong, 'export const schema = { entities: {} }')
  expect(await start([...dataDir('g'), '--schema', wrong]).ended()).toEqual({
    code: 2,
    stdout: '',
    stderr: `rejoin-server: the schema module ${pathToFileURL(wrong).href} must export \`schema\`, made with defineSchema\n`,
  })
  const demo = fileURLToPath(new URL('../../../apps/demo/src/schema.ts', import.meta.url))
  const server = start(dataDir('g'), { REJOIN_SCHEMA: demo })
  const port = await server.ready()
  for (const entity of ['product', 'stockMovement', 'recipe']) {
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/records/${entity}`)).status).toBe(200)
  }
})

test('[CF8] help and version', async () => {
  const [help, version] = await Promise.all([start(['--help']).ended(), start(['--version']).ended()])
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: rejoin-server') })
  expect(version).toEqual({ code: 0, stderr: '', stdout: `${packageVersion()}\n` })
})

/** How many connections the system lets wait for one process. */
function systemBacklog(): number {
  const file = '/proc/sys/net/core/somaxconn'
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 128
}

test('[H18] a thousand that come back at once wait to be accepted, as far as the system allows', async () => {
  const server = start(dataDir('herd'))
  const port = await server.ready()
  server.child.kill('SIGSTOP')
  const herd = Array.from({ length: Math.min(1_000, systemBacklog()) }, () => connect({ host: '127.0.0.1', port }))
  await Promise.all(herd.map((socket) => once(socket, 'connect')))
  for (const socket of herd) socket.destroy()
  server.child.kill('SIGCONT')
  server.child.kill('SIGTERM')
  expect((await server.ended()).code).toBe(0)
})
