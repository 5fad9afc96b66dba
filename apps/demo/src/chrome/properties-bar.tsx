import type { CSSProperties } from 'react'
import type { Board } from '../canvas/board/board.ts'
import { applyStyle, duplicateSelected, removeSelected, reorderSelected } from '../canvas/board/commands.ts'
import type { UiState } from '../canvas/board/ui-state.ts'
import { boundsOf, unionOf } from '../canvas/geometry/box.ts'
import { toScreen } from '../canvas/geometry/camera.ts'
import { isFillable } from '../canvas/gesture/tool.ts'
import type { Element, ElementKind } from '../canvas/model/element.ts'
import { useBoard, useScene, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'
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
      <IconButton icon="backward" label="Send back" shortcut="[" onClick={() => reorderSelected(board, 'backward')} />
      <IconButton icon="forward" label="Bring forward" shortcut="]" onClick={() => reorderSelected(board, 'forward')} />
      <IconButton icon="duplicate" label="Duplicate" shortcut="Ctrl D" data-testid="duplicate" onClick={() => duplicateSelected(board)} />
      <IconButton icon="trash" label="Delete" shortcut="Delete" data-testid="delete" className="danger" onClick={() => removeSelected(board)} />
    </>
  )
}

/** Colours and width of what is selected, or of what the tool in hand will draw next. */
export function PropertiesBar() {
  const board = useBoard()
  const scene = useScene()
  const { selection, tool, styles, camera, size, gesture, editing, isReadOnly } = useUi((ui) => ui)
  const selected = scene.elements.filter(({ id }) => selection.has(id))
  const nextKind = tool === 'select' || tool === 'hand' ? undefined : tool
  const kinds: readonly ElementKind[] = selected.length > 0 ? selected.map(({ kind }) => kind) : nextKind ? [nextKind] : []
  if (kinds.length === 0 || gesture.type !== 'none' || editing || isReadOnly) return undefined
  const place = placeOf(selected, { camera, size })
  const style = selected.at(-1) ?? (nextKind && styles[nextKind])
  const fillStyle = selected.findLast(({ kind }) => isFillable(kind)) ?? style
  if (!style || !fillStyle) return undefined
  const onChange = (part: Parameters<typeof applyStyle>[1]) => applyStyle(board, part)
  const isNearTop = typeof place?.top === 'number' && place.top < 150
  return (
    <div className={`properties panel ${place ? 'floating' : 'docked'}`} data-testid="properties" data-popup={isNearTop ? 'down' : 'up'} role="toolbar" aria-label="Properties" style={place}>
      <StrokeMenu style={style} onChange={onChange} />
      {kinds.some(isFillable) ? <FillMenu style={fillStyle} onChange={onChange} /> : undefined}
      {kinds.some((kind) => kind !== 'text') ? <WidthMenu style={style} onChange={onChange} /> : undefined}
      {selected.length > 0 ? <SelectionActions board={board} /> : undefined}
    </div>
  )
}
