/** Another thread of this page that drains in its place, so that the page has nothing to do but look on. */
export interface Deputy {
  /** Resolves when it drains no more, or never began. Never rejects. */
  readonly gone: Promise<void>
  /** The person's switch for this tab is its switch too. */
  setOnline(isOnline: boolean): void
  close(): void
}
