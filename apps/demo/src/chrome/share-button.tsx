import { useState } from 'react'
import { Icon } from './icons.tsx'

/** How long the button says that it worked. */
const thanksMs = 2_000

export function ShareButton() {
  const [answer, setAnswer] = useState<string>()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href)
      setAnswer('Link copied')
    } catch {
      // Refused, or no clipboard on plain http: the address bar has the link as well.
      setAnswer('Copy the address')
    }
    setTimeout(() => setAnswer(undefined), thanksMs)
  }
  return (
    <button
      type="button"
      className="share-button"
      data-testid="share"
      aria-live="polite"
      aria-label={answer ?? 'Share: copy the link of this room'}
      onClick={() => void copy()}
    >
      <Icon name={answer === 'Link copied' ? 'check' : 'share'} size={18} />
      <span>{answer ?? 'Share'}</span>
    </button>
  )
}
