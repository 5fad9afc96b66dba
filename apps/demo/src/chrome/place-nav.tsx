import { stockHash, syncHash, type Place } from '../room/place.ts'
import { Icon } from './icons.tsx'

interface Properties {
  readonly place: Place['type']
  readonly roomHash: string
  /** What waits for the person on the sync panel. */
  readonly attention: number
}

/** Between the canvas, the stock room and the sync panel. */
export function PlaceNav({ place, roomHash, attention }: Properties) {
  return (
    <nav className="place-nav" aria-label="Places">
      <a href={roomHash} aria-current={place === 'room' ? 'page' : undefined} data-testid="go-canvas">
        <Icon name="freehand" size={18} />
        <span>Canvas</span>
      </a>
      <a href={stockHash} aria-current={place === 'stock' ? 'page' : undefined} data-testid="go-stock">
        <Icon name="stock" size={18} />
        <span>Stock room</span>
      </a>
      <a href={syncHash} aria-current={place === 'sync' ? 'page' : undefined} data-testid="go-sync">
        <Icon name="saving" size={18} />
        <span>Sync</span>
        {attention > 0 ? (
          <span className="badge" aria-label={`${attention} need you`}>
            {attention}
          </span>
        ) : undefined}
      </a>
    </nav>
  )
}
