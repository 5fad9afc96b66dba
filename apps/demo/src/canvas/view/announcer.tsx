import { useMemo } from 'react'
import { describeSelection } from '../model/describe-element.ts'
import { useScene, useUi } from './board-context.ts'

/** Says what is selected to those who cannot see it. */
export function Announcer() {
  const { elements, byId } = useScene()
  const selection = useUi((ui) => ui.selection)
  const words = useMemo(
    () =>
      describeSelection(
        [...selection].flatMap((id) => byId.get(id) ?? []),
        elements,
      ),
    [selection, elements, byId],
  )
  return (
    <div className="visually-hidden" role="status" data-testid="announcer">
      {words}
    </div>
  )
}
