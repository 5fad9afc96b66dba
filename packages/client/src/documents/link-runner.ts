import type { Random, Scheduler } from '@rejoin/core'
import { transition } from './document-link.ts'
import type { LinkEffect, LinkEvent } from './link-event.ts'
import type { LinkState } from './link-state.ts'

/** Effects that need the document, its keeper or its socket. */
export type DocumentEffect = Exclude<LinkEffect, { readonly type: 'fetchToken' | 'setTimer' | 'clearTimer' }>

export interface LinkRunnerOptions {
  readonly link: LinkState
  readonly scheduler: Scheduler
  readonly random: Random
  /** Absent where the server wants no token. */
  readonly getToken: (() => Promise<string>) | undefined
  readonly isSending: () => boolean
  readonly perform: (effect: DocumentEffect) => void
  /** Called when the events that came together have been dealt with. */
  readonly onSettled: () => void
}

/** Feeds events to a link one at a time, and owns its timer and its token. */
export class LinkRunner {
  readonly #options: LinkRunnerOptions
  #link: LinkState
  #events: LinkEvent[] = []
  #isRunning = false
  #cancelTimer: (() => void) | undefined
  #token: string | undefined
  #tokenRequestCount = 0

  constructor(options: LinkRunnerOptions) {
    this.#options = options
    this.#link = options.link
  }

  get link(): LinkState {
    return this.#link
  }

  /** Of the last successful fetch. */
  get token(): string | undefined {
    return this.#token
  }

  /** Events that an effect causes wait until the event before them is finished. */
  dispatch(event: LinkEvent): void {
    this.#events.push(event)
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      this.#drain()
    } finally {
      this.#isRunning = false
    }
    this.#options.onSettled()
  }

  /** A uniformly random number, for events that may lead to a delay. */
  draw(): number {
    return this.#options.random.next()
  }

  #drain(): void {
    let next = 0
    for (let event = this.#events[next]; event !== undefined; event = this.#events[++next]) {
      const { state, effects } = transition(this.#link, event)
      this.#link = state
      for (const effect of effects) this.#carryOut(effect)
    }
    this.#events = []
  }

  #carryOut(effect: LinkEffect): void {
    switch (effect.type) {
      case 'fetchToken':
        this.#fetchToken()
        return
      case 'setTimer':
        this.#cancelTimer?.()
        this.#cancelTimer = this.#options.scheduler.after(effect.delayMs, () => this.#fireTimer())
        return
      case 'clearTimer':
        this.#cancelTimer?.()
        this.#cancelTimer = undefined
        return
      case 'connect':
      case 'disconnect':
      case 'rememberGeneration':
      case 'changesStored':
      case 'setFrameAside':
      case 'setCopyAside':
        this.#options.perform(effect)
    }
  }

  #fireTimer(): void {
    this.#cancelTimer = undefined
    this.dispatch({ type: 'timerFired', isSending: this.#options.isSending(), random: this.draw() })
  }

  #fetchToken(): void {
    const { getToken } = this.#options
    if (getToken === undefined) {
      this.dispatch({ type: 'tokenFetched' })
      return
    }
    this.#tokenRequestCount++
    const request = this.#tokenRequestCount
    const settle = (event: LinkEvent): void => {
      if (request === this.#tokenRequestCount) this.dispatch(event)
    }
    // `getToken` is the app's: it may throw before it gives a promise.
    Promise.resolve()
      .then(getToken)
      .then(
        (token) => {
          if (request === this.#tokenRequestCount) this.#token = token
          settle({ type: 'tokenFetched' })
        },
        (error: unknown) =>
          settle({ type: 'tokenFailed', message: `The sign-in could not be renewed: ${messageOf(error)}`, random: this.draw() }),
      )
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
