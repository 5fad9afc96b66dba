import { z } from 'zod'
import { IconButton } from '../chrome/icon-button.tsx'
import { Icon } from '../chrome/icons.tsx'
import { keptOnThisDevice, useKept } from '../device/this-device.ts'
import { showTry, useTryShown } from './try-open.ts'

const hintSeen = keptOnThisDevice('hint-seen', z.boolean(), false)
const markSeen = () => hintSeen.change(() => true)

/** What there is to be tried here; once, until it is taken up or waved away. */
export function FirstVisitHint() {
  const isSeen = useKept(hintSeen)
  const isTryShown = useTryShown()
  if (isSeen || isTryShown) return undefined
  return (
    <aside className="first-visit panel" aria-label="New here?" data-testid="first-visit">
      <Icon name="split" size={22} />
      <div>
        <strong>Two devices, one of them offline</strong>
        <p>Move the same thing on both, come back, and see it settled. It takes a minute.</p>
        <button
          type="button"
          className="button small primary"
          data-testid="first-visit-try"
          onClick={() => {
            markSeen()
            showTry(true)
          }}
        >
          Try it
        </button>
      </div>
      <IconButton icon="close" label="Not now" data-testid="first-visit-close" onClick={markSeen} />
    </aside>
  )
}
