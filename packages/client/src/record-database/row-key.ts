export type RowKey = string | number
export type IndexKey = RowKey | readonly RowKey[]
