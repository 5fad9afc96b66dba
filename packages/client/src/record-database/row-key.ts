/** Keys order as IndexedDB orders them: numbers, then text, then lists. */
export type RowKey = string | number
export type IndexKey = RowKey | readonly RowKey[]
