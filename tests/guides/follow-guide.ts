import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { waitFor } from '../support/wait-for.ts'
import { readGuide, type GuideStep } from './read-guide.ts'

const run = promisify(execFile)
const shellMsMax = 300_000
const serverMsMax = 60_000

export interface FollowedGuide extends AsyncDisposable {
  /** Where the reader stands at the end. */
  readonly folder: string
}

/** Does what the guide says in `folder`, which is empty, with the packages in `packed`. Rejects where a step fails, naming it. */
export async function followGuide(guide: string, folder: string, packed: string): Promise<FollowedGuide> {
  const servers: ChildProcess[] = []
  const stop = async () => {
    for (const server of servers.splice(0)) await end(server)
  }
  let place = folder
  try {
    for (const step of readGuide(await readFile(guide, 'utf8'))) {
      if (step.type === 'file') await write(join(place, step.path), step.text)
      else if (step.type === 'server') servers.push(await startServer(step, place))
      else {
        if (step.script.includes('./packed/')) await cp(packed, join(place, 'packed'), { recursive: true })
        place = await runShell(step, place)
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { folder: place, [Symbol.asyncDispose]: stop }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** The folder in which the script ends. */
async function runShell({ script, output }: Extract<GuideStep, { type: 'shell' }>, place: string): Promise<string> {
  const marker = '--- the folder afterwards: '
  const whole = `set -eu\n${script}\nprintf '\\n%s%s' '${marker}' "$PWD"`
  try {
    const { stdout } = await run('bash', ['-c', whole], { cwd: place, timeout: shellMsMax, maxBuffer: 64 * 1024 * 1024 })
    const [printed = '', after = place] = stdout.split(`\n${marker}`)
    if (output !== undefined && printed.trim() !== output.trim()) throw new Error(`printed\n${printed}`)
    return after
  } catch (error) {
    throw new Error(`this step failed:\n${script}`, { cause: error })
  }
}

async function startServer({ script, url }: Extract<GuideStep, { type: 'server' }>, place: string): Promise<ChildProcess> {
  // A group of its own, so that what the script starts ends with it.
  const server = spawn('bash', ['-c', script], { cwd: place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = once(server, 'exit').then(() => Promise.reject(new Error('it ended')))
  const answers = () =>
    fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false)
  try {
    await Promise.race([ended, waitFor(`${url} answers`, answers, { withinMs: serverMsMax })])
  } catch (error) {
    await end(server)
    throw new Error(`this server did not start:\n${script}${output}`, { cause: error })
  }
  return server
}

async function end(server: ChildProcess): Promise<void> {
  const { pid } = server
  if (pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  process.kill(-pid, 'SIGTERM')
  await gone
}
