import type { CSSProperties } from 'react'
import { useEffect, useRef } from 'react'
import { showFlash } from '../../sync/flash-toast.tsx'
import { paperColour, solidColour } from '../../theme/palette.ts'
import type { Theme } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import type { Board } from '../board/board.ts'
import { insertSelected } from '../board/copies.ts'
import { finishWriting, write } from '../board/writing.ts'
import type { Camera } from '../geometry/camera.ts'
import { toScreen } from '../geometry/camera.ts'
import type { WrittenElement } from '../model/element.ts'
import { textLengthMax } from '../model/element.ts'
import { notePadding } from '../paint/note-layout.ts'
import { lineHeight, lineWidth, measureText, textFont } from '../paint/text-metrics.ts'
import { useBoard, useUi } from './board-context.ts'
import { useClearOfKeyboard } from './use-clear-of-keyboard.ts'

/** Words that were written into something that is gone are not lost: the person may keep them as a text of its own. */
function endWriting(board: Board): void {
  const orphan = finishWriting(board)
  if (!orphan) return
  const kept = { ...orphan, id: board.host.createId(), updatedAt: board.host.now() }
  showFlash({
    message: 'Somebody deleted this while you were writing in it.',
    isProblem: true,
    action: 'Keep what I wrote',
    undo: () => {
      insertSelected(board, [kept])
      return Promise.resolve()
    },
  })
}

/** Paper is as wide as it is; a text of its own is as wide as its longest line, with room for the next letter. */
function boxOf(element: WrittenElement, theme: Theme): CSSProperties {
  if (element.kind === 'note')
    return {
      width: element.width,
      height: element.height,
      padding: notePadding(element),
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      background: paperColour(element.fill, theme),
    }
  const size = measureText(element.text || ' ', element.fontSize, lineWidth)
  return { width: Math.max(size.width, element.fontSize * 0.6) + element.fontSize, height: size.height, whiteSpace: 'pre' }
}

function styleOf(element: WrittenElement, camera: Camera, theme: Theme): CSSProperties {
  const at = toScreen(camera, element)
  return {
    ...boxOf(element, theme),
    transform: `translate(${at.x}px, ${at.y}px) scale(${camera.zoom}) rotate(${element.rotation}deg)`,
    font: `${element.fontSize}px/${lineHeight} ${textFont}`,
    color: solidColour(element.stroke, theme),
  }
}

/** A text box laid exactly over what is being written. */
export function TextEditor() {
  const board = useBoard()
  const theme = useTheme()
  const camera = useUi((ui) => ui.camera)
  const element = useUi((ui) => ui.editing?.element)
  const box = useRef<HTMLTextAreaElement>(null)
  const id = element?.id
  useEffect(() => {
    box.current?.focus({ preventScroll: true })
    box.current?.select()
  }, [id])
  useClearOfKeyboard(board, box)
  if (!element) return undefined
  return (
    <textarea
      key={element.id}
      ref={box}
      className="text-editor"
      data-testid="text-editor"
      aria-label={element.kind === 'note' ? 'Note' : 'Text'}
      style={styleOf(element, camera, theme)}
      value={element.text}
      maxLength={textLengthMax}
      spellCheck={false}
      onChange={(event) => write(board, event.target.value)}
      onBlur={() => endWriting(board)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) event.currentTarget.blur()
      }}
    />
  )
}
