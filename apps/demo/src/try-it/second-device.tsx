import { useState } from 'react'
import { Icon } from '../chrome/icons.tsx'
import { hrefForOthers, hrefOnDevice } from '../device/device.ts'
import { thisDevice } from '../device/this-device.ts'

/** The other window is another device of the same browser; from there, this browser's own. */
function otherDeviceHref(): string {
  return thisDevice === undefined ? hrefOnDevice(location.href, 'second') : hrefForOthers(location.href)
}

/** Beside this window, where a screen has room for two. */
function openBeside(): void {
  const { availWidth, availHeight } = screen
  const width = Math.round(availWidth / 2)
  const beside = availWidth < 1_000 ? '' : `popup,left=${availWidth - width},top=0,width=${width},height=${availHeight},`
  window.open(otherDeviceHref(), '_blank', `${beside}noopener`)
}

/** Ways to a second device: one in a window of this browser, or a real one. */
export function SecondDevice() {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(hrefForOthers(location.href))
    setCopied(true)
  }
  return (
    <div className="try-actions">
      <button type="button" className="button small primary" data-testid="open-second" onClick={openBeside}>
        <Icon name="duplicate" size={16} /> Open a second window
      </button>
      {'clipboard' in navigator ? (
        <button type="button" className="button small" onClick={() => void copy().catch(() => setCopied(false))}>
          {isCopied ? 'Link copied' : 'Copy the link'}
        </button>
      ) : undefined}
    </div>
  )
}
