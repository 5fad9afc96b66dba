import type { ReactElement, ReactNode } from 'react'

/** Line drawings of 24 × 24. An app's own icons stand beside them. */
export const iconPaths = {
  offline: (
    <path d="M4 4l16 16M9 5.800A6.500 6.500 0 0 1 18 9.800 4.400 4.400 0 0 1 20.300 17M16.500 18H7.500a4.500 4.500 0 0 1-1.300-8.800" />
  ),
  stored: (
    <path d="M7.500 18.500a4.500 4.500 0 0 1-.8-8.930A6 6 0 0 1 18 9.800a4.400 4.400 0 0 1-.5 8.700ZM9 13.700l2.200 2.200 3.900-4.200" />
  ),
  saving: <path d="M20 12a8 8 0 1 1-2.700-6M20.500 3.500v4h-4" />,
  alert: (
    <path d="M12 9v4.500M12 16.800v.2M10.500 4.400 3 17.600c-.6 1.100.2 2.400 1.500 2.400h15c1.300 0 2.100-1.300 1.500-2.400L13.500 4.400c-.7-1.200-2.300-1.200-3 0Z" />
  ),
  device: (
    <path d="M8 3.500h8a1.800 1.800 0 0 1 1.800 1.800v13.400a1.800 1.800 0 0 1-1.800 1.800H8a1.800 1.800 0 0 1-1.800-1.800V5.300A1.800 1.800 0 0 1 8 3.500ZM10.800 17.500h2.400" />
  ),
  check: <path d="m5 12.500 4.500 4.500L19 7.500" />,
  waiting: <path d="M12 7v5l3 2M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Z" />,
  download: <path d="M12 4v11M7 10.500l5 5 5-5M5 19.500h14" />,
  close: <path d="m6.500 6.500 11 11M17.500 6.500l-11 11" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof iconPaths

export interface LineDrawingProps {
  /** In px. */
  readonly size: number
  readonly className: string
  /** SVG in a box of 24 × 24. */
  readonly children: ReactNode
}

/** A line drawing in the colour of the text around it; says nothing to a screen reader, so words stand beside it. */
export function LineDrawing({ size, className, children }: LineDrawingProps): ReactElement {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

/** One of the parts' own drawings. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <LineDrawing size={size} className="rejoin-icon">
      {iconPaths[name]}
    </LineDrawing>
  )
}
