import type { SyntheticEvent } from 'react'
import { useRef, useState } from 'react'
import { parseWhole } from '../model/numbers.ts'
import type { ProductLine } from '../model/stock-level.ts'
import { useStock } from './stock-context.ts'

interface SelectProperties {
  readonly lines: readonly ProductLine[]
  readonly productId: string | undefined
  readonly onPick: (productId: string) => void
}

function ProductSelect({ lines, productId, onPick }: SelectProperties) {
  return (
    <select
      className="input"
      aria-label="Product"
      data-testid="movement-product"
      value={productId ?? ''}
      disabled={lines.length === 0}
      onChange={(event) => onPick(event.target.value)}
    >
      {lines.length === 0 ? <option value="">No product yet</option> : undefined}
      {lines.map(({ product }) => (
        <option key={product.id} value={product.id}>
          {product.name}
        </option>
      ))}
    </select>
  )
}

/** Books what came in or went out; of the chosen product, unless another one is picked. */
export function AddMovement({ lines, chosenId }: { lines: readonly ProductLine[]; chosenId: string | undefined }) {
  const { client, attempt } = useStock()
  const [picked, setPicked] = useState<string>()
  const [quantity, setQuantity] = useState('')
  const [note, setNote] = useState('')
  const quantityInput = useRef<HTMLInputElement>(null)
  const wanted = picked ?? chosenId
  const productId = lines.some(({ product }) => product.id === wanted) ? wanted : lines[0]?.product.id
  const size = parseWhole(quantity)
  const isFine = productId !== undefined && size !== undefined && size !== 0
  const add = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (!isFine) return
    if (!(await attempt(client.records.stockMovement.create({ productId, quantity: size, note: note.trim() })))) return
    setQuantity('')
    setNote('')
    quantityInput.current?.focus()
  }
  return (
    <form className="add-movement" aria-label="Book a movement" onSubmit={(event) => void add(event)}>
      <ProductSelect lines={lines} productId={productId} onPick={setPicked} />
      <input
        ref={quantityInput}
        className="input number"
        aria-label="Quantity: plus in, minus out"
        placeholder="+12 or −3"
        autoComplete="off"
        aria-invalid={quantity.trim() !== '' && (size === undefined || size === 0)}
        data-testid="movement-quantity"
        value={quantity}
        onChange={(event) => setQuantity(event.target.value)}
      />
      <input
        className="input"
        aria-label="Note"
        placeholder="Note"
        maxLength={500}
        autoComplete="off"
        data-testid="movement-note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="submit" className="button primary" data-testid="add-movement" disabled={!isFine}>
        Book
      </button>
    </form>
  )
}
