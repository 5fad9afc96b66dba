import { AttentionInbox, useNow } from '@rejoin/client/ui'
import { useMemo, useState } from 'react'
import { listProducts } from '../model/stock-level.ts'
import { MovementsCard } from './movements-card.tsx'
import { ProductsCard } from './products-card.tsx'
import { RecipesCard } from './recipes-card.tsx'
import { SyncCard } from './sync-card.tsx'
import { useRecords, withDeleted } from './use-stock-data.ts'

/** A load that failed is told, and never shown as an empty shelf. */
function Unreadable({ error }: { error: Error }) {
  return (
    <section className="card panel" role="alert" data-testid="stock-unreadable">
      <h2>The stock room cannot be read</h2>
      <p className="quiet">{error.message}. Nothing was deleted; reload this page to try again.</p>
    </section>
  )
}

/** Products, what moved in and out, recipes, and how all that stands with the server. */
export function StockRoom() {
  const products = useRecords('product', withDeleted)
  const movements = useRecords('stockMovement')
  const recipes = useRecords('recipe')
  const [chosen, setChosen] = useState<string>()
  const now = useNow()

  const deleted = useMemo(() => products.records.filter(({ meta }) => meta.isDeleted), [products.records])
  const lines = useMemo(() => {
    const live = products.records.filter(({ meta }) => !meta.isDeleted)
    return listProducts(live, movements.records)
  }, [products.records, movements.records])
  // Chosen and then deleted, here or elsewhere: nothing is chosen.
  const chosenId = lines.some(({ product }) => product.id === chosen) ? chosen : undefined
  const error = products.error ?? movements.error ?? recipes.error
  return (
    <main className="stock-room" data-testid="stock-room">
      <h1 className="visually-hidden">Stock room</h1>
      <div className="stock-columns">
        <div className="stock-main">
          {error === undefined ? (
            <>
              <ProductsCard
                lines={products.isLoading || movements.isLoading ? undefined : lines}
                deleted={deleted}
                chosenId={chosenId}
                onChoose={setChosen}
              />
              <MovementsCard movements={movements.records} lines={lines} chosenId={chosenId} onChoose={setChosen} now={now} />
              <RecipesCard recipes={recipes.isLoading ? undefined : recipes.records} />
            </>
          ) : (
            <Unreadable error={error} />
          )}
        </div>
        <div className="stock-side">
          <SyncCard />
          <AttentionInbox />
        </div>
      </div>
    </main>
  )
}
