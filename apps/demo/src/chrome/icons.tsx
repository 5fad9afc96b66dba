import { iconPaths, LineDrawing } from '@rejoin/client/ui'
import type { ReactNode } from 'react'

/** The client's, and what only this app has. */
const paths = {
  ...iconPaths,
  select: (
    <path d="M5 4.2 18.600 10.400c.8.4.7 1.500-.1 1.800l-5.300 1.600-2.300 5c-.4.8-1.500.7-1.800-.1L4.200 5c-.2-.6.3-1 .8-.8Z" />
  ),
  hand: (
    <path d="M8.500 12V6a1.500 1.500 0 0 1 3 0v5-6.500a1.500 1.500 0 0 1 3 0V11 6.500a1.500 1.500 0 0 1 3 0V15c0 3.500-2.500 6-6 6-2.800 0-4.200-1.300-5.500-3.500L4 14.200c-.5-.9-.2-1.700.5-2.100.8-.4 1.500-.1 2 .6L8.500 15" />
  ),
  rectangle: <rect x="4" y="5.500" width="16" height="13" rx="2.500" />,
  ellipse: <ellipse cx="12" cy="12" rx="8.500" ry="7" />,
  line: <path d="M5 19 19 5" />,
  freehand: (
    <path d="M4 17.500c2.500-7 5-11 7-10.500 2.800.8-3.500 9.500-.5 10 2.300.4 3.500-4.700 5.500-4.500 1.700.2.200 3.500 1.500 4 .8.3 1.700-.2 2.500-1" />
  ),
  text: <path d="M5 7V5h14v2M12 5v14M9.500 19h5" />,
  note: (
    <path d="M5 6.500c0-.800.700-1.500 1.500-1.500h11c.800 0 1.500.700 1.500 1.500V14l-5 5H6.500c-.800 0-1.500-.700-1.500-1.500ZM19 14h-3.500c-.800 0-1.500.700-1.500 1.500V19M8.500 9h7M8.500 12.500h4" />
  ),
  undo: <path d="M8.500 5 4.500 9l4 4M5 9h8.500a5.500 5.500 0 0 1 0 11H9" />,
  redo: <path d="m15.500 5 4 4-4 4M19 9h-8.500a5.500 5.500 0 0 0 0 11H15" />,
  plus: <path d="M12 6v12M6 12h12" />,
  minus: <path d="M6 12h12" />,
  fit: <path d="M4 9V6a2 2 0 0 1 2-2h3M15 4h3a2 2 0 0 1 2 2v3M20 15v3a2 2 0 0 1-2 2h-3M9 20H6a2 2 0 0 1-2-2v-3" />,
  map: (
    <path d="M4 6.500c0-1.100.900-2 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM12.500 12.500h4.500v3.500h-4.500Z" />
  ),
  share: (
    <path d="M9.500 14.500 14.500 9.500M10.500 7.500l2-2a4.240 4.240 0 0 1 6 6l-2 2M13.500 16.500l-2 2a4.240 4.240 0 0 1-6-6l2-2" />
  ),
  chevron: <path d="m7 10 5 5 5-5" />,
  back: <path d="M14.500 6.500 9 12l5.500 5.500" />,
  upload: <path d="M12 15.500V5M7.500 9 12 4.500 16.500 9M5 15.500v2.500a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-2.500" />,
  board: (
    <path d="M4 6.500c0-1.100.900-2 2-2h12a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM9 21l1.500-3.500M15 21l-1.500-3.500" />
  ),
  split: (
    <path d="M4 6.500h3c4 0 4 11 8.500 11H20M4 17.500h3c4 0 4-11 8.500-11H20M17.500 4 20 6.500 17.500 9M17.500 15l2.500 2.500-2.500 2.500" />
  ),
  trash: (
    <path d="M4.500 7h15M10 7V5.500c0-.8.500-1.500 1.500-1.500h1c1 0 1.500.700 1.500 1.500V7M6.500 7l.800 11.200c.1 1 .9 1.800 2 1.800h5.400c1.100 0 1.900-.8 2-1.800L17.500 7M10.200 11v5M13.800 11v5" />
  ),
  duplicate: (
    <path d="M10.500 8.500h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7c0-1.100.900-2 2-2ZM15.500 8.500v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7c0 1.100.900 2 2 2h2" />
  ),
  forward: <path d="M12 19V6M6.500 11.500 12 6l5.500 5.500" />,
  backward: <path d="M12 5v13M6.500 12.500 12 18l5.500-5.500" />,
  toFront: <path d="M12 20V8M6.500 13.500 12 8l5.500 5.500M5 4h14" />,
  toBack: <path d="M12 4v12M6.500 10.500 12 16l5.500-5.500M5 20h14" />,
  order: <path d="m12 4 8.500 4.500L12 13 3.500 8.500ZM4.500 12.700 12 16.600l7.500-3.900M4.500 16.600 12 20.500l7.500-3.900" />,
  help: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.300 9.300a2.800 2.800 0 1 1 4 2.500c-.8.400-1.300 1-1.300 1.900M12 16.700v.1" />
  ),
  readOnly: (
    <path d="M2.800 12S6.200 5.800 12 5.800 21.200 12 21.200 12 17.800 18.200 12 18.200 2.800 12 2.800 12ZM12 14.700a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400Z" />
  ),
  stock: (
    <path d="m12 3.500 8 4.200v8.600l-8 4.200-8-4.200V7.700ZM4.200 7.800 12 12l7.800-4.200M12 12v8.300M8 5.700l7.900 4.200" />
  ),
  movements: <path d="M7.500 19.500v-14M3.800 9l3.700-3.700L11.200 9M16.500 4.500v14M12.800 15l3.700 3.700 3.700-3.700" />,
  edit: (
    <path d="m4.500 19.500.900-4L15.800 5.100a1.900 1.900 0 0 1 2.700 0l.400.400a1.900 1.900 0 0 1 0 2.700L8.500 18.600ZM14 7l3 3" />
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof paths

/** A line drawing of 24 × 24, in the colour of the text around it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <LineDrawing size={size} className="icon">
      {paths[name]}
    </LineDrawing>
  )
}

/** Two lines that part and rejoin. */
export function AppMark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path d="M8 9c5 0 5 7 10 7h6M8 23c5 0 5-7 10-7" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <circle cx="24" cy="16" r="2.6" fill="#fff" />
    </svg>
  )
}
