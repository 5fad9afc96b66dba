import { Layer } from 'react-konva/lib/ReactKonvaCore.js'
import { useTheme } from '../../theme/use-theme.ts'
import { useUi } from './board-context.ts'
import { ElementShape } from './element-shape.tsx'
import { useShown } from './shown-elements.tsx'

/**
 * The elements at rest. Konva need not keep a picture for looking up hits: `targetAt` has it drawn when somebody presses,
 * which is seldom, instead of with every frame.
 */
export function ElementsLayer() {
  const theme = useTheme()
  const { resting } = useShown()
  const editing = useUi((ui) => ui.editing?.element.id)
  return (
    <Layer name="elements" listening={false}>
      {/* The text box stands in for the text that is being written. */}
      {resting.map((element) =>
        element.id === editing ? undefined : <ElementShape key={element.id} element={element} theme={theme} />,
      )}
    </Layer>
  )
}

/** What is being dragged or drawn, on a layer of its own: only this is drawn anew while it moves. */
export function MovingLayer() {
  const theme = useTheme()
  const { moving } = useShown()
  const editing = useUi((ui) => ui.editing?.element.id)
  return (
    <Layer listening={false}>
      {moving.map((element) =>
        element.id === editing ? undefined : <ElementShape key={element.id} element={element} theme={theme} />,
      )}
    </Layer>
  )
}
