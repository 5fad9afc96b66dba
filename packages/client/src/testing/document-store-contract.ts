import type { Clock } from '@rejoin/core'
import type { BasicDocumentStore } from '../store/document-store.ts'

/** Where stores of one test keep their data. Stores opened at one place are tabs; opening again after closing is a reload. */
export interface StorePlace<Store extends BasicDocumentStore> {
  readonly open: (options: { readonly clock: Clock }) => Promise<Store>
}

/** One thing that an adapter has to do. `run` rejects with what is wrong; it needs an empty place of its own. */
export interface ContractCase<Store extends BasicDocumentStore> {
  /** Begins with the rule of SPEC.md it shows. */
  readonly title: string
  readonly run: (place: StorePlace<Store>) => Promise<void>
}

/** Registers the cases with a test runner (`test` of vitest, or anything of that shape in a browser page). */
export function runDocumentStoreContract<Store extends BasicDocumentStore>(
  test: (title: string, run: () => Promise<void>) => void,
  cases: readonly ContractCase<Store>[],
  createPlace: () => StorePlace<Store>,
): void {
  for (const { title, run } of cases) test(title, () => run(createPlace()))
}
