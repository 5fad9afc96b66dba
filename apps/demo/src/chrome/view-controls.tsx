import { z } from 'zod'
import { redo, undo } from '../canvas/board/commands.ts'
import { shortcuts } from '../canvas/board/shortcuts.ts'
import { fitAll, fitSelection, resetZoom, zoomBy } from '../canvas/board/look.ts'
import { useBoard, useHistory, useUi } from '../canvas/view/board-context.ts'
import { Minimap } from '../canvas/view/minimap.tsx'
import { keptOnThisDevice, useKept } from '../device/this-device.ts'
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
        shortcut={shortcuts.Edit.undo}
        data-testid="undo"
        disabled={!canUndo || isReadOnly}
        onClick={() => undo(board)}
      />
      <IconButton
        icon="redo"
        label="Redo my edit"
        shortcut={shortcuts.Edit.redo}
        data-testid="redo"
        disabled={!canRedo || isReadOnly}
        onClick={() => redo(board)}
      />
    </div>
  )
}

const mapShown = keptOnThisDevice('map', z.boolean(), false)

export function ZoomControls() {
  const board = useBoard()
  const zoom = useUi((ui) => ui.camera.zoom)
  const hasSelection = useUi((ui) => ui.selection.size > 0)
  const isMapShown = useKept(mapShown)
  const percent = Math.round(zoom * 100)
  return (
    <>
      {isMapShown ? <Minimap /> : undefined}
      <div className="zoom-controls panel" role="group" aria-label="Zoom">
        <IconButton
          icon="minus"
          label="Zoom out"
          shortcut={shortcuts['Look around'].zoomOut}
          onClick={() => zoomBy(board, 0.8)}
          className="only-wide"
        />
        <button
          type="button"
          className="zoom-level only-wide"
          data-testid="zoom-level"
          aria-label={`Zoom ${percent} %, back to 100 %`}
          onClick={() => resetZoom(board)}
        >
          {percent} %
        </button>
        <IconButton
          icon="plus"
          label="Zoom in"
          shortcut={shortcuts['Look around'].zoomIn}
          onClick={() => zoomBy(board, 1.25)}
          className="only-wide"
        />
        <IconButton
          icon="fit"
          label={hasSelection ? 'Show everything; with Shift the selection' : 'Show everything'}
          shortcut={shortcuts['Look around'].fit}
          data-testid="fit"
          onClick={(event) => (event.shiftKey ? fitSelection(board) : fitAll(board))}
        />
        <IconButton
          icon="map"
          label={isMapShown ? 'Hide the map' : 'Show a map of the board'}
          data-testid="toggle-map"
          aria-pressed={isMapShown}
          onClick={() => mapShown.change((isShown) => !isShown)}
        />
        <IconButton
          icon="help"
          label={shortcuts['Look around'].help.label}
          shortcut={shortcuts['Look around'].help}
          data-testid="help"
          onClick={() => board.ui.set({ isHelpOpen: true })}
        />
      </div>
    </>
  )
}
