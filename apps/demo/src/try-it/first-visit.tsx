import { z } from 'zod'
import { IconButton } from '../chrome/icon-button.tsx'
import { Icon } from '../chrome/icons.tsx'
import { keptOnThisDevice, thisDevice, useKept } from '../device/this-device.ts'
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
      <div>{thisDevice === undefined ? <Invitation /> : <SecondDeviceWords />}</div>
      <IconButton icon="close" label="Not now" data-testid="first-visit-close" onClick={markSeen} />
    </aside>
  )
}

function Invitation() {
  const accept = () => {
    markSeen()
    showTry(true)
  }
  return (
    <>
      <strong>Two devices, one offline</strong>
      <p>Move the same thing on both, come back, and see it settled. It takes a minute.</p>
      <button type="button" className="button small primary" data-testid="first-visit-try" onClick={accept}>
        Try it
      </button>
    </>
  )
}

function SecondDeviceWords() {
  return (
    <>
      <strong>This window plays a second device</strong>
      <p className="last">
        It has a database and a person of its own. Whatever the other window is cut off from, this one is not.
      </p>
    </>
  )
}
