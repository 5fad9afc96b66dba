import { useState } from 'react'
import { Icon } from '../../chrome/icons.tsx'
import { agoWords } from '@rejoin/client/ui'
import { formatSigned } from '../model/numbers.ts'
import { listMovements, type ProductLine } from '../model/stock-level.ts'
import type { Movement } from '../model/stock-records.ts'
import { AddMovement } from './add-movement.tsx'
import { Card } from './card.tsx'
import { PendingMark } from './pending-mark.tsx'
import { useStock } from './stock-context.ts'

/** As many as fit a look; the rest on request. */
const pageLength = 12

function MovementRow({ movement, now }: { movement: Movement; now: number }) {
  const { nameOf } = useStock()
  const { quantity, note, productId, meta } = movement
  return (
    <li className="movement" data-testid="movement" data-id={movement.id} data-pending={meta.isPending}>
      <span className={`quantity ${quantity < 0 ? 'out' : 'in'}`}>{formatSigned(quantity)}</span>
      <span className="what">
        <span className="of">{nameOf('product', productId) ?? 'A product that is not here yet'}</span>
        {note === '' ? undefined : <span className="note">{note}</span>}
      </span>
      <PendingMark isPending={meta.isPending} />
      <time dateTime={new Date(meta.createdAt).toISOString()}>{agoWords(meta.createdAt, now)}</time>
    </li>
  )
}

interface Properties {
  readonly movements: readonly Movement[]
  readonly lines: readonly ProductLine[]
  readonly chosenId: string | undefined
  readonly onChoose: (id: string | undefined) => void
  readonly now: number
}

export function MovementsCard({ movements, lines, chosenId, onChoose, now }: Properties) {
  const { nameOf } = useStock()
  const [length, setLength] = useState(pageLength)
  const listed = listMovements(movements, chosenId)
  const chosenName = chosenId === undefined ? undefined : nameOf('product', chosenId)
  return (
    <Card
      title="Movements"
      testId="movements"
      className="movements"
      count={listed.length}
      hint="A ledger: lines are added and never changed, so two devices can never disagree about one."
      actions={
        chosenName === undefined ? undefined : (
          <button type="button" className="chip" data-testid="all-movements" onClick={() => onChoose(undefined)}>
            {chosenName} only <Icon name="close" size={13} />
            <span className="visually-hidden">, show all</span>
          </button>
        )
      }
    >
      <AddMovement key={chosenId} lines={lines} chosenId={chosenId} />
      {listed.length === 0 ? (
        <p className="quiet">Nothing has moved yet. Use + and − beside a product, or book a number here.</p>
      ) : (
        <ol className="movement-list" aria-label="Movements, newest first">
          {listed.slice(0, length).map((movement) => (
            <MovementRow key={movement.id} movement={movement} now={now} />
          ))}
        </ol>
      )}
      {listed.length > length ? (
        <button type="button" className="button small" data-testid="more-movements" onClick={() => setLength(length * 4)}>
          Show older
        </button>
      ) : undefined}
    </Card>
  )
}
