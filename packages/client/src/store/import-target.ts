/** A store that takes over content from another local database. */
export interface ImportTarget {
  isImported(source: string): Promise<boolean>
  /**
   * Appends the updates as local ones (no server may have them) and remembers the source, in one transaction. Does nothing and resolves to
   * `false` where the source was imported before, even if the copy was set aside since.
   */
  importOnce(source: string, name: string, updates: readonly Uint8Array[]): Promise<boolean>
}
