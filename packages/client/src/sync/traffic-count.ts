import type { Traffic } from './sync-transport.ts'

/** Adds up what goes over the wire. */
export class TrafficCount {
  #total: Traffic = { requests: 0, bytesSent: 0, bytesReceived: 0 }

  get total(): Traffic {
    return this.#total
  }

  sent(bytes: number): void {
    const { requests, bytesSent } = this.#total
    this.#total = { ...this.#total, requests: requests + 1, bytesSent: bytesSent + bytes }
  }

  received(bytes: number): void {
    this.#total = { ...this.#total, bytesReceived: this.#total.bytesReceived + bytes }
  }
}
