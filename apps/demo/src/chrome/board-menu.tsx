import { useCallback, useRef, useState } from 'react'
import { useKept } from '../device/this-device.ts'
import { titleOf } from '../room/room-list.ts'
import { visitedRooms } from '../room/visited-rooms.ts'
import { BoardList } from './board-list.tsx'
import { ExportForm } from './export-form.tsx'
import { Icon } from './icons.tsx'
import { useDismiss } from './use-dismiss.ts'

const views = [
  { view: 'boards', label: 'Boards', icon: 'board' },
  { view: 'files', label: 'Export, import', icon: 'download' },
] as const

/** The board's name, and behind it the other boards and the ways of this one into files and back. */
export function BoardMenu({ room }: { room: string }) {
  const [isOpen, setOpen] = useState(false)
  const [view, setView] = useState<(typeof views)[number]['view']>('boards')
  const place = useRef<HTMLDivElement>(null)
  const close = useCallback(() => setOpen(false), [])
  useDismiss(isOpen, place, close)
  const title = titleOf(useKept(visitedRooms), room)
  return (
    <div className="board-menu" ref={place}>
      <button
        type="button"
        className="room-button"
        aria-expanded={isOpen}
        data-testid="board-menu"
        title={title === room ? room : `${title} (${room})`}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="room-name" data-testid="room-name">
          {title}
        </span>
        <Icon name="chevron" size={16} />
      </button>
      {isOpen ? (
        <div className="board-panel panel" role="dialog" aria-label="Boards and files">
          <div className="segments" role="group" aria-label="What to see">
            {views.map(({ view: own, label, icon }) => (
              <button
                key={own}
                type="button"
                aria-pressed={own === view}
                data-testid={`menu-${own}`}
                onClick={() => setView(own)}
              >
                <Icon name={icon} size={16} /> {label}
              </button>
            ))}
          </div>
          {view === 'boards' ? <BoardList room={room} onChoose={close} /> : <ExportForm title={title} onDone={close} />}
        </div>
      ) : undefined}
    </div>
  )
}
