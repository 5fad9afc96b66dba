import { useMemo } from 'react'
import { Layer } from 'react-konva/lib/ReactKonvaCore.js'
import { useTheme } from '../../theme/use-theme.ts'
import { showPreviews } from '../board/show-previews.ts'
import { gestureDraft, gesturePatches } from '../gesture/gesture.ts'
import type { Element } from '../model/element.ts'
import { useBoard, usePeers, useScene, useUi } from './board-context.ts'
import { ElementShape } from './element-shape.tsx'

/** What the person sees: the document, the others' running drags, and their own. From the bottom up. */
export function useShownElements(): readonly Element[] {
  const scene = useScene()
  const peers = usePeers()
  const gesture = useUi((ui) => ui.gesture)
  return useMemo(() => showPreviews(scene, peers, gesturePatches(gesture)), [scene, peers, gesture])
}

export function ElementsLayer() {
  const theme = useTheme()
  const { scene } = useBoard()
  const shown = useShownElements()
  const draft = useUi((ui) => gestureDraft(ui.gesture))
  const editing = useUi((ui) => ui.editing)
  return (
    <Layer>
      {shown.map((element) =>
        // The text box stands in for the text that is being written.
        element.id === editing?.element.id ? undefined : (
          <ElementShape key={element.id} element={element} theme={theme} isGhost={!scene.scene.byId.has(element.id)} />
        ),
      )}
      {draft ? <ElementShape key={draft.id} element={draft} theme={theme} isGhost /> : undefined}
    </Layer>
  )
}
