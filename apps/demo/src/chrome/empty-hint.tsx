import { useScene, usePeers, useUi } from '../canvas/view/board-context.ts'

/** What a newcomer sees before anything is drawn. */
export function EmptyHint() {
  const isEmpty = useScene().elements.length === 0
  const isDrawing = useUi((ui) => ui.gesture.type !== 'none' || ui.editing !== undefined)
  const isOtherDrawing = usePeers().some(({ preview }) => preview?.draft)
  if (!isEmpty || isDrawing || isOtherDrawing) return undefined
  return (
    <div className="empty-hint" data-testid="empty-hint">
      <svg width="168" height="104" viewBox="0 0 168 104" fill="none" strokeWidth="3" strokeLinecap="round" aria-hidden="true">
        <rect x="10" y="30" width="68" height="52" rx="9" stroke="var(--hint-blue)" fill="var(--hint-blue-soft)" />
        <ellipse cx="122" cy="42" rx="34" ry="27" stroke="var(--hint-violet)" fill="var(--hint-violet-soft)" />
        <path d="M58 92c12-26 22-36 28-30 7 8-12 26 2 25 11-1 14-15 24-14 8 1 4 12 18 8" stroke="var(--hint-ink)" />
      </svg>
      <h1>A canvas to share</h1>
      <p>
        Pick a tool and draw, or double-click to write.
        <br />
        It is saved on this device first and shared as soon as there is a network.
      </p>
      <p className="keys">
        <kbd>R</kbd> rectangle <kbd>O</kbd> ellipse <kbd>P</kbd> draw <kbd>T</kbd> text
      </p>
    </div>
  )
}
