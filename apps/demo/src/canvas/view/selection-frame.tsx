import { useMemo } from 'react'
import { accent } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import type { UiState } from '../board/ui-state.ts'
import { toScreen } from '../geometry/camera.ts'
import { frameAround, turnAbout, type Frame } from '../geometry/frame.ts'
import { isEvenOnly } from '../gesture/fit.ts'
import { lineEnds } from '../gesture/gesture.ts'
import { centreOf } from '../gesture/resize.ts'
import type { Element, LineElement } from '../model/element.ts'
import { useScene, useUi } from './board-context.ts'
import { FrameHandles, handleRadius } from './frame-handles.tsx'
import { useShown } from './shown-elements.tsx'
import { handleMark } from './target.ts'

/** How far the frame stands off what it surrounds, in CSS px. */
const framePaddingPx = 5
/** Of more than this not each has an outline of its own. */
const outlinedMax = 100

const nothing: readonly Element[] = []

/** Handles at both ends of a line. */
function EndPoints({ line }: { line: LineElement }) {
  const camera = useUi((ui) => ui.camera)
  return lineEnds(line).map((end, index) => {
    const { x, y } = toScreen(camera, end)
    return (
      <g key={index} className="frame-handle" {...handleMark({ type: 'endpoint', end: index === 0 ? 0 : 1 })}>
        <circle className="hit" cx={x} cy={y} r={handleRadius.hit} />
        <circle cx={x} cy={y} r={handleRadius.shown + 1} />
      </g>
    )
  })
}

/** Each thing of several, so that one sees what is selected and what only lies within. */
function Outlines({ elements }: { elements: readonly Element[] }) {
  const { x, y, zoom } = useUi((ui) => ui.camera)
  return (
    <g transform={`matrix(${zoom} 0 0 ${zoom} ${x} ${y})`} className="selected-outlines">
      {elements.map((element) => (
        <rect
          key={element.id}
          transform={`translate(${element.x} ${element.y}) rotate(${element.rotation})`}
          width={element.width}
          height={element.height}
        />
      ))}
    </g>
  )
}

/** Where the frame is while the gesture runs: a frame of several things turns with them. */
function frameOf(elements: readonly Element[], gesture: UiState['gesture']): Frame | undefined {
  if (gesture.type === 'resize') return gesture.toFrame
  if (gesture.type !== 'turn') return frameAround(elements)
  const { frame, turned } = gesture
  const { x, y } = turnAbout(frame, centreOf(frame), turned)
  return { ...frame, x, y, rotation: frame.rotation + turned }
}

/** As they are on the screen, gestures included. */
function useSelected(): readonly Element[] {
  const selection = useUi((ui) => ui.selection)
  const scene = useScene()
  const { moving } = useShown()
  // The view moves more often than what is selected, which may be everything.
  return useMemo(() => {
    if (selection.size === 0) return nothing
    const movingById = new Map(moving.map((element) => [element.id, element]))
    return [...selection].flatMap((id) => movingById.get(id) ?? scene.byId.get(id) ?? [])
  }, [selection, scene, moving])
}

/** What is around the selection: ends for a single line, a frame for everything else. */
export function SelectionFrame() {
  const selected = useSelected()
  const camera = useUi((ui) => ui.camera)
  const gesture = useUi((ui) => ui.gesture)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  const theme = useTheme()
  const frame = useMemo(() => frameOf(selected, gesture), [selected, gesture])
  const [only] = selected
  if (!frame || !only) return undefined
  const isFree = gesture.type === 'none' || gesture.type === 'resize' || gesture.type === 'turn' || gesture.type === 'endpoint'
  if (selected.length === 1 && only.kind === 'line') return isReadOnly || !isFree ? undefined : <EndPoints line={only} />
  const { x, y } = toScreen(camera, frame)
  const size = { width: frame.width * camera.zoom, height: frame.height * camera.zoom }
  return (
    <g style={{ color: accent[theme] }} data-testid="selection-frame">
      {selected.length > 1 && selected.length <= outlinedMax ? <Outlines elements={selected} /> : undefined}
      <g transform={`translate(${x} ${y}) rotate(${frame.rotation})`}>
        <rect
          className="frame"
          x={-framePaddingPx}
          y={-framePaddingPx}
          width={size.width + 2 * framePaddingPx}
          height={size.height + 2 * framePaddingPx}
        />
        {isFree && !isReadOnly ? (
          <FrameHandles size={size} padding={framePaddingPx} rotation={frame.rotation} isEven={isEvenOnly(selected)} />
        ) : undefined}
      </g>
    </g>
  )
}
