import { RecordWordsProvider } from '@rejoin/client/ui'
import type { ReactNode } from 'react'
import { useCallback, useMemo } from 'react'
import type { NameOf } from '../model/record-words.ts'
import { recordWordsOf } from '../model/record-words-of.ts'
import type { StockClient } from '../model/stock-records.ts'
import { StockContext, type Flash, type Stock } from './stock-context.ts'
import { useKnownNames } from './use-stock-data.ts'

/** Shares what every part of the stock room needs: names for people, and a place to tell what became of a write. */
export function StockProvider({
  client,
  onFlash,
  children,
}: {
  client: StockClient
  onFlash: (flash: Flash) => void
  children: ReactNode
}) {
  const names = useKnownNames()
  const nameOf = useCallback<NameOf>((entityType, recordId) => names.get(`${entityType}/${recordId}`), [names])
  const attempt = useCallback(
    (work: Promise<unknown>) =>
      work.then(
        () => true,
        (reason: unknown) => {
          onFlash({ message: reason instanceof Error ? reason.message : String(reason), isProblem: true })
          return false
        },
      ),
    [onFlash],
  )
  const stock = useMemo<Stock>(() => ({ client, nameOf, attempt, flash: onFlash }), [client, nameOf, attempt, onFlash])
  const words = useMemo(() => recordWordsOf(nameOf), [nameOf])
  return (
    <StockContext value={stock}>
      <RecordWordsProvider words={words}>{children}</RecordWordsProvider>
    </StockContext>
  )
}
