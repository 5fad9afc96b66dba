/** A device that writes into one document as fast as it is acknowledged, and never says more to the ledger than the server said to it. */
export interface Writer {
  /** Joins the server and begins to write as soon as that has spoken. */
  connect(documentsUrl: string): void
  /** Resolves when the connection that the server's death cut is gone, after everything that still arrived was recorded. */
  cut(): Promise<void>
  /** Edits without a connection. */
  writeOffline(): void
  /** Forgets everything on the device, as a reload without a local database does. */
  reload(): void
  /** From now on it only syncs, and writes nothing more. */
  rest(): void
  /** The whole content of the device, for comparison. Throws where something is pending. */
  digest(): string
  close(): void
}
