import { useMemo, useState } from 'react'
import { listProducts } from '../model/stock-level.ts'
import type { Movement } from '../model/stock-records.ts'
import { AttentionCard } from './attention-card.tsx'
import { MovementsCard } from './movements-card.tsx'
import { ProductsCard } from './products-card.tsx'
import { RecipesCard } from './recipes-card.tsx'
import { useStock } from './stock-context.ts'
import { SyncCard } from './sync-card.tsx'
import { useNow } from './use-now.ts'
import { useAttentionItems, useMovements, useOutboxEntries, useProducts, useRecipes, useSync } from './use-stock-data.ts'

const noMovements: readonly Movement[] = []

/** Products, what moved in and out, recipes, and how all that stands with the server. */
export function StockRoom() {
  const { client } = useStock()
  const products = useProducts(client)
  const movements = useMovements(client) ?? noMovements
  const recipes = useRecipes(client)
  const { state, isEnabled } = useSync(client)
  const entries = useOutboxEntries(client)
  const items = useAttentionItems(client)
  const [chosen, setChosen] = useState<string>()
  const now = useNow()

  const deleted = useMemo(() => (products ?? []).filter(({ meta }) => meta.isDeleted), [products])
  const lines = useMemo(
    () =>
      products &&
      listProducts(
        products.filter(({ meta }) => !meta.isDeleted),
        movements,
      ),
    [products, movements],
  )
  const liveRecipes = useMemo(() => recipes?.filter(({ meta }) => !meta.isDeleted), [recipes])
  // Chosen and then deleted, here or elsewhere: nothing is chosen.
  const chosenId = lines?.some(({ product }) => product.id === chosen) ? chosen : undefined
  return (
    <main className="stock-room" data-testid="stock-room">
      <h1 className="visually-hidden">Stock room</h1>
      <div className="stock-columns">
        <div className="stock-main">
          <ProductsCard lines={lines} deleted={deleted} chosenId={chosenId} onChoose={setChosen} />
          <RecipesCard recipes={liveRecipes} />
        </div>
        <div className="stock-side">
          <SyncCard state={state} isEnabled={isEnabled} entries={entries} now={now} />
          <AttentionCard items={items} now={now} />
          <MovementsCard movements={movements} lines={lines ?? []} chosenId={chosenId} onChoose={setChosen} now={now} />
        </div>
      </div>
    </main>
  )
}
