import type { CSSProperties, ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import type { Style } from '../canvas/gesture/tool.ts'
import { colourNames, softColour, solidColour } from '../theme/palette.ts'
import { useTheme } from '../theme/use-theme.ts'

const swatchStyle = (colour: string): CSSProperties & Record<'--swatch', string> => ({ '--swatch': colour })

/** Outline widths on offer, in scene units. */
const strokeWidths = [
  { width: 2, label: 'Thin' },
  { width: 3, label: 'Medium' },
  { width: 5, label: 'Thick' },
  { width: 9, label: 'Very thick' },
] as const

/** A small button that opens a row of choices; Escape or a press elsewhere closes it. */
function Menu({
  name,
  label,
  button,
  children,
}: {
  name: string
  label: string
  button: ReactNode
  children: (close: () => void) => ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const onPress = (event: PointerEvent) => {
      if (!(event.target instanceof Node && place.current?.contains(event.target))) setOpen(false)
    }
    window.addEventListener('pointerdown', onPress)
    return () => window.removeEventListener('pointerdown', onPress)
  }, [isOpen])
  return (
    <div className="menu" ref={place} onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}>
      <button
        type="button"
        className="icon-button"
        aria-label={label}
        aria-expanded={isOpen}
        data-testid={`style-${name}`}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
        {isOpen ? undefined : (
          <span className="tooltip" aria-hidden="true">
            {label}
          </span>
        )}
      </button>
      {isOpen ? (
        <div className="menu-popup panel" role="group" aria-label={label}>
          {children(() => setOpen(false))}
        </div>
      ) : undefined}
    </div>
  )
}

interface Properties {
  readonly style: Style
  readonly onChange: (style: Partial<Style>) => void
}

export function StrokeMenu({ style, onChange }: Properties) {
  const theme = useTheme()
  return (
    <Menu
      name="stroke"
      label="Line colour"
      button={<span className="dot ring" style={swatchStyle(solidColour(style.stroke, theme))} />}
    >
      {(close) =>
        colourNames.map((name) => (
          <button
            key={name}
            type="button"
            className="swatch"
            aria-label={name}
            aria-pressed={style.stroke === name}
            data-testid={`stroke-${name}`}
            style={swatchStyle(solidColour(name, theme))}
            onClick={() => {
              onChange({ stroke: name })
              close()
            }}
          />
        ))
      }
    </Menu>
  )
}

export function FillMenu({ style, onChange }: Properties) {
  const theme = useTheme()
  return (
    <Menu
      name="fill"
      label="Fill"
      button={
        <span className={`dot ${style.fill === 'none' ? 'none' : ''}`} style={swatchStyle(softColour(style.fill, theme))} />
      }
    >
      {(close) =>
        ['none', ...colourNames].map((name) => (
          <button
            key={name}
            type="button"
            className={`swatch ${name === 'none' ? 'none' : ''}`}
            aria-label={name === 'none' ? 'no fill' : name}
            aria-pressed={style.fill === name}
            data-testid={`fill-${name}`}
            style={swatchStyle(softColour(name, theme))}
            onClick={() => {
              onChange({ fill: name })
              close()
            }}
          />
        ))
      }
    </Menu>
  )
}

function Weight({ width }: { width: number }) {
  return <span className="weight" style={{ height: Math.min(8, Math.max(1.5, width * 0.75)) }} />
}

export function WidthMenu({ style, onChange }: Properties) {
  return (
    <Menu name="width" label="Line width" button={<Weight width={style.strokeWidth} />}>
      {(close) =>
        strokeWidths.map(({ width, label }) => (
          <button
            key={width}
            type="button"
            className="icon-button"
            aria-label={label}
            aria-pressed={style.strokeWidth === width}
            data-testid={`width-${width}`}
            onClick={() => {
              onChange({ strokeWidth: width })
              close()
            }}
          >
            <Weight width={width} />
          </button>
        ))
      }
    </Menu>
  )
}
