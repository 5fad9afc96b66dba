import type { Client, OpenDocument } from '@rejoin/client'
import { insertInTheMiddle } from '../canvas/board/insert-shape.ts'
import { useBoard } from '../canvas/view/board-context.ts'
import { stockHash } from '../room/place.ts'
import { SecondDevice } from './second-device.tsx'
import { TryPanel } from './try-panel.tsx'
import { useCanvasLesson } from './use-canvas-lesson.ts'

/** A conflict of two devices that move the same thing. */
export function CanvasTry({ client, document }: { client: Pick<Client, 'isOnline'>; document: OpenDocument }) {
  const board = useBoard()
  const { steps, isTab, restart } = useCanvasLesson(document, client.isOnline)
  const draw = (
    <div className="try-actions">
      <button
        type="button"
        className="button small primary"
        data-testid="try-draw"
        onClick={() => insertInTheMiddle(board, 'rectangle')}
      >
        Draw a rectangle
      </button>
    </div>
  )
  return (
    <TryPanel
      title="A conflict, made and settled"
      steps={steps}
      actions={{ shape: draw, company: <SecondDevice />, ...(isTab && { there: <SecondDevice /> }) }}
      onRestart={restart}
    >
      <a href={stockHash}>Where people have to decide: a price in the stock room</a>
    </TryPanel>
  )
}
