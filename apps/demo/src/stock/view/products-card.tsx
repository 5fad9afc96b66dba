import type { ProductLine } from '../model/stock-level.ts'
import type { Product } from '../model/stock-records.ts'
import { AddProduct } from './add-product.tsx'
import { Card } from './card.tsx'
import { EmptyStock } from './empty-stock.tsx'
import { ProductRow } from './product-row.tsx'
import { useStock } from './stock-context.ts'

/** Deletes are soft, so that anybody may bring a product back. */
function DeletedProducts({ products }: { products: readonly Product[] }) {
  const { client, attempt } = useStock()
  if (products.length === 0) return undefined
  return (
    <details className="deleted" data-testid="deleted-products">
      <summary>{products.length === 1 ? '1 deleted product' : `${products.length} deleted products`}</summary>
      <ul>
        {products.map(({ id, name }) => (
          <li key={id} data-testid="deleted-product" data-id={id}>
            <span>{name}</span>
            <button
              type="button"
              className="button small"
              data-testid="restore-product"
              aria-label={`Bring ${name} back`}
              onClick={() => void attempt(client.records.product.restore(id))}
            >
              Bring back
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

interface Properties {
  readonly lines: readonly ProductLine[] | undefined
  readonly deleted: readonly Product[]
  readonly chosenId: string | undefined
  readonly onChoose: (id: string | undefined) => void
}

export function ProductsCard({ lines, deleted, chosenId, onChoose }: Properties) {
  return (
    <Card
      title="Products"
      testId="products"
      className="products"
      {...(lines && { count: lines.length })}
      hint="In stock adds up all movements, so nobody’s is lost. Name, price and target are single values: where two people change the same one without knowing of each other, the later change stays, and who comes too late keeps theirs to look at."
    >
      {lines === undefined ? <p className="quiet">Opening…</p> : undefined}
      {lines?.length === 0 ? <EmptyStock /> : undefined}
      {lines !== undefined && lines.length > 0 ? (
        <>
          <div className="product-head" aria-hidden="true">
            <span>Name</span>
            <span>Price</span>
            <span>In stock</span>
            <span>Target</span>
          </div>
          <ul className="product-list" aria-label="Products">
            {lines.map((line) => (
              <ProductRow key={line.product.id} line={line} isChosen={line.product.id === chosenId} onChoose={onChoose} />
            ))}
          </ul>
        </>
      ) : undefined}
      <AddProduct />
      <DeletedProducts products={deleted} />
    </Card>
  )
}
