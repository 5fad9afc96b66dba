import type { SyntheticEvent } from 'react'
import { useRef, useState } from 'react'
import { parseMoney, parseWhole } from '../model/numbers.ts'
import { useStock } from './stock-context.ts'

interface Draft {
  readonly name: string
  readonly price: string
  readonly opening: string
}

const emptyDraft: Draft = { name: '', price: '', opening: '' }

/** Adds a product and, where there is something on the shelf already, the movement that says so. */
export function AddProduct() {
  const { client, attempt } = useStock()
  const [draft, setDraft] = useState(emptyDraft)
  const nameInput = useRef<HTMLInputElement>(null)
  const priceCents = draft.price.trim() === '' ? 0 : parseMoney(draft.price)
  const opening = draft.opening.trim() === '' ? 0 : parseWhole(draft.opening)
  const isFine = draft.name.trim() !== '' && priceCents !== undefined && opening !== undefined && opening >= 0
  const isUnread = (text: string, value: number | undefined) => text.trim() !== '' && (value === undefined || value < 0)

  const add = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (!isFine) return
    const { product, stockMovement } = client.records
    const adding = async () => {
      const { id } = await product.create({ name: draft.name.trim(), priceCents, quantity: opening })
      if (opening > 0) await stockMovement.create({ productId: id, quantity: opening, note: 'Opening stock' })
    }
    if (!(await attempt(adding()))) return
    setDraft(emptyDraft)
    nameInput.current?.focus()
  }
  const field = (name: keyof Draft) => ({
    value: draft[name],
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  })
  return (
    <form className="add-product" onSubmit={(event) => void add(event)} aria-label="Add a product">
      <input
        ref={nameInput}
        className="input"
        aria-label="Name of the new product"
        placeholder="New product"
        maxLength={120}
        data-testid="new-product-name"
        {...field('name')}
      />
      <input
        className="input number"
        aria-label="Price of the new product"
        placeholder="Price"
        inputMode="decimal"
        aria-invalid={isUnread(draft.price, priceCents)}
        data-testid="new-product-price"
        {...field('price')}
      />
      <input
        className="input number"
        aria-label="Pieces in stock now"
        placeholder="In stock"
        inputMode="numeric"
        aria-invalid={isUnread(draft.opening, opening)}
        data-testid="new-product-stock"
        {...field('opening')}
      />
      <button type="submit" className="button primary" data-testid="add-product" disabled={!isFine}>
        Add
      </button>
    </form>
  )
}
