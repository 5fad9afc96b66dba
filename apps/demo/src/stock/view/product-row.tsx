import { IconButton } from '../../chrome/icon-button.tsx'
import { formatMoney, formatWhole } from '../model/numbers.ts'
import { inOwnGroup } from '../model/own-group.ts'
import type { ProductLine } from '../model/stock-level.ts'
import type { Product } from '../model/stock-records.ts'
import { EditableCell } from './editable-cell.tsx'
import { PendingMark } from './pending-mark.tsx'
import { useStock } from './stock-context.ts'

/** What is in stock, and one piece in or out at a press: each press is a movement of its own. */
function Stepper({ line: { product, inStock } }: { line: ProductLine }) {
  const { client, attempt } = useStock()
  const move = (quantity: number) =>
    void attempt(client.records.stockMovement.create({ productId: product.id, quantity, note: '' }))
  return (
    <span className="stepper" role="group" aria-label={`In stock of ${product.name}`}>
      <button type="button" data-testid="take-one" aria-label={`One ${product.name} out`} onClick={() => move(-1)}>
        −
      </button>
      <output data-testid="in-stock" className={inStock < 0 ? 'negative' : undefined}>
        {formatWhole(inStock)}
      </output>
      <button type="button" data-testid="put-one" aria-label={`One ${product.name} in`} onClick={() => move(1)}>
        +
      </button>
    </span>
  )
}

function RowActions({ product: { id, name }, isChosen, onChoose }: Omit<Properties, 'line'> & { product: Product }) {
  const { client, attempt, flash } = useStock()
  const remove = async () => {
    if (!(await attempt(client.records.product.delete(id, inOwnGroup())))) return
    flash({ message: `${name} was deleted.`, isProblem: false, undo: () => client.records.product.restore(id) })
  }
  return (
    <span className="row-actions">
      <IconButton
        icon="movements"
        label={isChosen ? 'Show all movements' : `Movements of ${name}`}
        aria-pressed={isChosen}
        data-testid="show-movements"
        onClick={() => onChoose(isChosen ? undefined : id)}
      />
      <IconButton
        icon="trash"
        label={`Delete ${name}`}
        className="danger"
        data-testid="delete-product"
        onClick={() => void remove()}
      />
    </span>
  )
}

interface Properties {
  readonly line: ProductLine
  readonly isChosen: boolean
  readonly onChoose: (id: string | undefined) => void
}

export function ProductRow({ line, isChosen, onChoose }: Properties) {
  const { client, attempt } = useStock()
  const { product, hasPendingMovement, missing } = line
  const { id, name } = product
  const change = (changes: Partial<Pick<Product, 'name' | 'priceCents' | 'quantity'>>) =>
    void attempt(client.records.product.update(id, changes))
  const isPending = product.meta.isPending || hasPendingMovement
  return (
    <li className={`product-row ${isChosen ? 'chosen' : ''}`} data-testid="product" data-id={id} data-pending={isPending}>
      <EditableCell
        label={`Name of ${name}`}
        kind="text"
        value={name}
        isRequired
        maxLength={120}
        testId="product-name"
        onChange={(value) => change({ name: String(value) })}
      />
      <EditableCell
        label={`Price of ${name}`}
        kind="money"
        value={product.priceCents}
        shown={formatMoney(product.priceCents)}
        testId="product-price"
        onChange={(value) => change({ priceCents: Number(value) })}
      />
      <Stepper line={line} />
      <span className="target">
        <EditableCell
          label={`Target of ${name}`}
          kind="whole"
          value={product.quantity}
          testId="product-target"
          onChange={(value) => change({ quantity: Number(value) })}
        />
        {missing > 0 ? <span className="missing">{missing} short</span> : undefined}
      </span>
      <PendingMark isPending={isPending} />
      <RowActions product={product} isChosen={isChosen} onChoose={onChoose} />
    </li>
  )
}
