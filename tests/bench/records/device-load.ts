import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { prepareBatches, type BatchOptions, type PreparedBatch } from './operation-batches.ts'

export interface DeviceLoadOptions extends BatchOptions {
  readonly port: number
  readonly token: string
}

const answerMsMax = 30_000

/** A device that pushes prepared batches over one connection that it keeps, each as soon as the one before is answered. */
export class DeviceLoad {
  readonly #batches: readonly PreparedBatch[]
  readonly #options: DeviceLoadOptions
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  #next = 0
  #checkpoint: string | undefined
  /** Records that the server has made for this device. */
  created = 0
  receivedCharacters = 0

  constructor(options: DeviceLoadOptions) {
    this.#options = options
    this.#batches = prepareBatches(options)
  }

  /** Pushes so many batches; each must be applied whole. */
  async push(batches: number): Promise<void> {
    for (const { rest, creates } of this.#batches.slice(this.#next, this.#next + batches)) {
      const checkpoint = this.#checkpoint === undefined ? '' : `"checkpoint":${JSON.stringify(this.#checkpoint)},`
      this.#read(await this.#post(`{${checkpoint}${rest}`))
      this.#next += 1
      this.created += creates
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #post(body: string): Promise<string> {
    const { port, token } = this.#options
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/api/sync',
      method: 'POST',
      agent: this.#agent,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      signal: AbortSignal.timeout(answerMsMax),
    })
    sent.end(body)
    const [response]: IncomingMessage[] = await once(sent, 'response')
    if (response === undefined) throw new Error('no response')
    const answer = await text(response)
    if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${answer.slice(0, 300)}`)
    return answer
  }

  /** By the text: parsing rows would cost this process more than the server's work costs the server. */
  #read(answer: string): void {
    this.receivedCharacters += answer.length
    const applied = answer.split('"status":"applied"').length - 1
    if (applied !== this.#options.operations) throw new Error(`${applied} operations were applied: ${answer.slice(0, 500)}`)
    const checkpoint = /"checkpoint":"([^"]+)"/.exec(answer)?.[1]
    if (checkpoint === undefined) throw new Error(`an answer without checkpoint: ${answer.slice(0, 500)}`)
    this.#checkpoint = checkpoint
  }
}
