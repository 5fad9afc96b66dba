import { fitAll, redo, undo, zoomBy } from '../canvas/board/commands.ts'
import { useBoard, useHistory, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'

/** Undo and redo, of one's own edits only. */
export function HistoryControls() {
  const board = useBoard()
  const { canUndo, canRedo } = useHistory()
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  return (
    <div className="history-controls panel" role="group" aria-label="History">
      <IconButton
        icon="undo"
        label="Undo my edit"
        shortcut="Ctrl Z"
        data-testid="undo"
        disabled={!canUndo || isReadOnly}
        onClick={() => undo(board)}
      />
      <IconButton
        icon="redo"
        label="Redo my edit"
        shortcut="Ctrl Shift Z"
        data-testid="redo"
        disabled={!canRedo || isReadOnly}
        onClick={() => redo(board)}
      />
    </div>
  )
}

export function ZoomControls() {
  const board = useBoard()
  const zoom = useUi((ui) => ui.camera.zoom)
  return (
    <div className="zoom-controls panel" role="group" aria-label="Zoom">
      <IconButton icon="minus" label="Zoom out" shortcut="Ctrl −" onClick={() => zoomBy(board, 0.8)} className="only-wide" />
      <button
        type="button"
        className="zoom-level only-wide"
        aria-label={`Zoom ${Math.round(zoom * 100)} %, back to 100 %`}
        onClick={() => zoomBy(board, 1 / zoom)}
      >
        {Math.round(zoom * 100)} %
      </button>
      <IconButton icon="plus" label="Zoom in" shortcut="Ctrl +" onClick={() => zoomBy(board, 1.25)} className="only-wide" />
      <IconButton icon="fit" label="Show everything" shortcut="F" data-testid="fit" onClick={() => fitAll(board)} />
    </div>
  )
}
