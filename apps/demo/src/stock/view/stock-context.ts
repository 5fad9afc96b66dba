import { createContext, useContext } from 'react'
import type { NameOf } from '../model/record-words.ts'
import type { StockClient } from '../model/stock-records.ts'

/** What the person just did and may want to take back, or what went wrong with it. */
export interface Flash {
  readonly message: string
  readonly isProblem: boolean
  readonly undo?: () => Promise<unknown>
  /** What taking it back is called; `Undo` by default. */
  readonly action?: string
}

export interface Stock {
  readonly client: StockClient
  readonly nameOf: NameOf
  /** Follows a write: what the device refused is told in the corner. Never rejects. */
  readonly attempt: (work: Promise<unknown>) => Promise<boolean>
  readonly flash: (flash: Flash) => void
}

export const StockContext = createContext<Stock | undefined>(undefined)

/** The stock room around this component. Throws where there is none. */
export function useStock(): Stock {
  const stock = useContext(StockContext)
  if (stock === undefined) throw new Error('there is no stock room above this component')
  return stock
}
