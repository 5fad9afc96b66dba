import type { CSSProperties } from 'react'
import { useEffect, useRef } from 'react'
import { solidColour } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import type { Board } from '../board/board.ts'
import { change, insert, removeSelected, select } from '../board/commands.ts'
import { toScreen } from '../geometry/camera.ts'
import type { TextElement } from '../model/element.ts'
import { textLengthMax } from '../model/element.ts'
import { toPreview } from '../presence/presence.ts'
import { useBoard, useUi } from './board-context.ts'
import { lineHeight, measureText, textFont } from '../paint/text-metrics.ts'

/** Shows the others what is being written, and remembers it for the end. */
function write(board: Board, element: TextElement, text: string): void {
  const { editing } = board.ui.get()
  if (!editing) return
  const patch = { text, ...measureText(text, element.fontSize) }
  const next = { ...editing.element, ...patch }
  board.ui.set({ editing: { ...editing, element: next } })
  board.presence.publish({
    preview: editing.isNew
      ? toPreview(new Map(), text === '' ? undefined : next)
      : toPreview(new Map([[element.id, patch]]), undefined),
  })
}

/** Ends the writing: at most one transaction. A text that became empty is removed. */
function finishEditing(board: Board): void {
  const { editing } = board.ui.get()
  if (!editing) return
  const { element, isNew } = editing
  const isEmpty = element.text.trim() === ''
  board.ui.set({ editing: undefined })
  if (isNew && !isEmpty) insert(board, [{ ...element, updatedAt: board.host.now() }])
  if (!isNew && !isEmpty)
    change(board, new Map([[element.id, { text: element.text, width: element.width, height: element.height }]]))
  select(board, isNew && isEmpty ? [] : [element.id])
  if (!isNew && isEmpty) removeSelected(board)
  board.presence.publish({ preview: null })
}

/** A text box laid exactly over the text that is being written. */
export function TextEditor() {
  const board = useBoard()
  const theme = useTheme()
  const camera = useUi((ui) => ui.camera)
  const element = useUi((ui) => ui.editing?.element)
  const box = useRef<HTMLTextAreaElement>(null)
  const id = element?.id
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [id])
  if (!element) return undefined
  const at = toScreen(camera, element)
  const size = measureText(element.text || ' ', element.fontSize)
  const style: CSSProperties = {
    transform: `translate(${at.x}px, ${at.y}px) scale(${camera.zoom}) rotate(${element.rotation}deg)`,
    width: Math.max(size.width, element.fontSize * 0.6) + element.fontSize,
    height: size.height,
    font: `${element.fontSize}px/${lineHeight} ${textFont}`,
    color: solidColour(element.stroke, theme),
  }
  return (
    <textarea
      key={element.id}
      ref={box}
      className="text-editor"
      data-testid="text-editor"
      aria-label="Text"
      style={style}
      value={element.text}
      maxLength={textLengthMax}
      spellCheck={false}
      onChange={(event) => write(board, element, event.target.value)}
      onBlur={() => finishEditing(board)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) event.currentTarget.blur()
      }}
    />
  )
}
