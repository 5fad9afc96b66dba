import type { CSSProperties } from 'react'
import type { Board } from '../canvas/board/board.ts'
import { applyStyle, removeSelected } from '../canvas/board/commands.ts'
import { duplicateSelected } from '../canvas/board/copies.ts'
import { shortcuts } from '../canvas/board/shortcuts.ts'
import type { UiState } from '../canvas/board/ui-state.ts'
import { boundsOf, unionOf } from '../canvas/geometry/box.ts'
import { toScreen } from '../canvas/geometry/camera.ts'
import type { Style } from '../canvas/gesture/tool.ts'
import { isFillable, isOutlined } from '../canvas/gesture/tool.ts'
import type { Element, ElementKind } from '../canvas/model/element.ts'
import { useBoard, useScene, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'
import { OrderMenu } from './order-menu.tsx'
import { FillMenu, StrokeMenu, WidthMenu } from './style-menus.tsx'

/** Room that the bar takes, and room for the frame's rotation handle between, in CSS px. */
const bar = { halfWidth: 170, height: 48, above: 60, below: 22 }
/** What the bars at the top and at the bottom of the screen cover. */
const covered = { top: 76, bottom: 140 }
const narrowWidth = 720

/** Beside the selection, where there is room; `undefined` docks the bar above the toolbar. */
function placeOf(elements: readonly Element[], { camera, size }: Pick<UiState, 'camera' | 'size'>): CSSProperties | undefined {
  const box = unionOf(elements.map(boundsOf))
  if (!box || size.width < narrowWidth) return undefined
  const start = toScreen(camera, box)
  const end = toScreen(camera, { x: box.x + box.width, y: box.y + box.height })
  const left = Math.min(size.width - bar.halfWidth - 12, Math.max(bar.halfWidth + 12, (start.x + end.x) / 2))
  const above = start.y - bar.above - bar.height
  if (above >= covered.top) return { left, top: above }
  return end.y + bar.below + bar.height <= size.height - covered.bottom ? { left, top: end.y + bar.below } : undefined
}

function SelectionActions({ board }: { board: Board }) {
  return (
    <>
      <span className="divider" />
      <OrderMenu />
      <IconButton
        icon="duplicate"
        label="Duplicate"
        shortcut={shortcuts.Edit.duplicate}
        data-testid="duplicate"
        onClick={() => duplicateSelected(board)}
      />
      <IconButton
        icon="trash"
        label="Delete"
        shortcut={shortcuts.Edit.remove}
        data-testid="delete"
        className="danger"
        onClick={() => removeSelected(board)}
      />
    </>
  )
}

interface Subject {
  readonly selected: readonly Element[]
  readonly kinds: readonly ElementKind[]
  /** As of the topmost element, or of what comes next. */
  readonly style: Style
  readonly fillStyle: Style
}

/** What the bar is about; `undefined` while it would only be in the way. */
function subjectOf(
  elements: readonly Element[],
  { selection, tool, styles, gesture, editing, isReadOnly }: UiState,
): Subject | undefined {
  if (gesture.type !== 'none' || editing || isReadOnly) return undefined
  const selected = elements.filter(({ id }) => selection.has(id))
  const top = selected.at(-1)
  if (top)
    return {
      selected,
      kinds: selected.map(({ kind }) => kind),
      style: top,
      fillStyle: selected.findLast(({ kind }) => isFillable(kind)) ?? top,
    }
  if (tool === 'select' || tool === 'hand') return undefined
  return { selected, kinds: [tool], style: styles[tool], fillStyle: styles[tool] }
}

/** Colours and width of what is selected, or of what the tool in hand will draw next. */
export function PropertiesBar() {
  const board = useBoard()
  const scene = useScene()
  const ui = useUi((all) => all)
  const subject = subjectOf(scene.elements, ui)
  if (!subject) return undefined
  const { selected, kinds, style, fillStyle } = subject
  const place = placeOf(selected, ui)
  const onChange = (part: Partial<Style>) => applyStyle(board, part)
  const isNearTop = typeof place?.top === 'number' && place.top < 150
  return (
    <div
      className={`properties panel ${place ? 'floating' : 'docked'}`}
      data-testid="properties"
      data-popup={isNearTop ? 'down' : 'up'}
      role="toolbar"
      aria-label="Properties"
      style={place}
    >
      <StrokeMenu style={style} onChange={onChange} isWriting={!kinds.some(isOutlined)} />
      {kinds.some(isFillable) ? (
        <FillMenu style={fillStyle} onChange={onChange} isPaper={kinds.filter(isFillable).every((kind) => kind === 'note')} />
      ) : undefined}
      {kinds.some(isOutlined) ? <WidthMenu style={style} onChange={onChange} /> : undefined}
      {selected.length > 0 ? <SelectionActions board={board} /> : undefined}
    </div>
  )
}
