import { Icon } from '../chrome/icons.tsx'
import { showTry, useTryShown } from './try-open.ts'

/** Opens the panel that walks a visitor through a conflict. */
export function TryButton() {
  const isOpen = useTryShown()
  return (
    <button
      type="button"
      className="try-button"
      data-testid="try-it"
      aria-pressed={isOpen}
      aria-label="Try it: make a conflict and see it settled"
      onClick={() => showTry(!isOpen)}
    >
      <Icon name="split" size={18} />
      <span className="only-wide">Try it</span>
    </button>
  )
}
