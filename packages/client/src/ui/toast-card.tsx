import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import type { StatusTone } from './words/sync-words.ts'

export interface ToastCardProps {
  readonly icon: IconName
  readonly tone: StatusTone
  readonly title: string
  readonly testId: string
  readonly kind?: string
  readonly children?: ReactNode
}

/** What stands in a toast of ours. */
export function ToastCard({ icon, tone, title, testId, kind, children }: ToastCardProps): ReactElement {
  return (
    <div className={`rejoin-toast rejoin-tone-${tone}`} data-testid={testId} data-kind={kind}>
      <Icon name={icon} size={20} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  )
}
