import type { DocumentStore } from '../store/document-store.ts'

/** What the database says about all documents, read again whenever it may have changed. */
export class StoreSummary {
  readonly #store: Pick<DocumentStore, 'listDirty' | 'listSetAside'>
  readonly #onChanged: () => void
  #isReading = false
  #isAskedAgain = false
  #isClosed = false
  #listedNames: readonly string[] | undefined
  /** Closed with edits that no server has; they may not be in the database yet. */
  readonly #closingNames = new Set<string>()
  /** Those of them whose writing has ended, so that the next list speaks for them. */
  readonly #closedNames = new Set<string>()
  #setAsideCopies = 0
  #hasTrouble = false

  constructor(store: Pick<DocumentStore, 'listDirty' | 'listSetAside'>, onChanged: () => void) {
    this.#store = store
    this.#onChanged = onChanged
  }

  /** `undefined` while it has not been read. */
  get dirtyNames(): readonly string[] | undefined {
    return this.#listedNames === undefined ? undefined : [...new Set([...this.#listedNames, ...this.#closingNames])]
  }

  get setAsideCopies(): number {
    return this.#setAsideCopies
  }

  /** The last attempt to read failed. */
  get hasTrouble(): boolean {
    return this.#hasTrouble
  }

  /** A document was closed with edits that no server has: it counts as dirty before the database can say so. */
  noteClosing(name: string, closing: Promise<void>): void {
    this.#closingNames.add(name)
    const noteEnd = (): void => {
      this.#closedNames.add(name)
      this.refresh()
    }
    closing.then(noteEnd, noteEnd)
  }

  refresh(): void {
    this.#isAskedAgain = true
    if (!this.#isReading && !this.#isClosed) void this.#read()
  }

  close(): void {
    this.#isClosed = true
  }

  async #read(): Promise<void> {
    this.#isReading = true
    while (this.#isAskedAgain && !this.#isClosed) {
      this.#isAskedAgain = false
      const closedNames = [...this.#closedNames]
      try {
        const [dirtyNames, setAside] = await Promise.all([this.#store.listDirty(), this.#store.listSetAside()])
        this.#listedNames = dirtyNames
        for (const name of closedNames) if (this.#closedNames.delete(name)) this.#closingNames.delete(name)
        this.#setAsideCopies = setAside.length
        this.#hasTrouble = false
      } catch {
        // The store tells of the trouble itself; here it only means that nothing good can be said.
        this.#hasTrouble = true
      }
      if (!this.#isClosed) this.#onChanged()
    }
    this.#isReading = false
  }
}
