import { useState } from 'react'
import { hrefForOthers } from '../device/device.ts'
import { Icon } from './icons.tsx'

/** How long the button says that it worked. */
const thanksMs = 2_000

/** Phones and tablets have a sheet of their own for links; a mouse is quicker with the clipboard. */
function hasShareSheet(): boolean {
  return 'share' in navigator && window.matchMedia('(pointer: coarse)').matches
}

async function copyLink(url: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(url)
    return 'Link copied'
  } catch {
    // Refused, or no clipboard on plain http: the address bar has the link as well.
    return 'Copy the address'
  }
}

/** What came of it, in two words; nothing where the person thought better of it. */
async function shareLink(url: string, title: string): Promise<string | undefined> {
  if (!hasShareSheet()) return await copyLink(url)
  try {
    await navigator.share({ title, url })
    return undefined
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? undefined : await copyLink(url)
  }
}

export function ShareButton({ title }: { title: string }) {
  const [answer, setAnswer] = useState<string>()
  const share = async () => {
    setAnswer(await shareLink(hrefForOthers(location.href), title))
    setTimeout(() => setAnswer(undefined), thanksMs)
  }
  return (
    <button
      type="button"
      className="share-button"
      data-testid="share"
      aria-live="polite"
      aria-label={answer ?? 'Share: copy the link of this room'}
      onClick={() => void share()}
    >
      <Icon name={answer === 'Link copied' ? 'check' : 'share'} size={18} />
      <span>{answer ?? 'Share'}</span>
    </button>
  )
}
