import type { CSSProperties } from 'react'
import type { Style } from '../canvas/gesture/tool.ts'
import { colourNames, paperColour, softColour, solidColour } from '../theme/palette.ts'
import { useTheme } from '../theme/use-theme.ts'
import { Menu } from './menu.tsx'

const swatchStyle = (colour: string): CSSProperties & Record<'--swatch', string> => ({ '--swatch': colour })

/** Outline widths on offer, in scene units. */
const strokeWidths = [
  { width: 2, label: 'Thin' },
  { width: 3, label: 'Medium' },
  { width: 5, label: 'Thick' },
  { width: 9, label: 'Very thick' },
] as const

interface Properties {
  readonly style: Style
  readonly onChange: (style: Partial<Style>) => void
}

/** `isWriting`: of what has letters and no outline. */
export function StrokeMenu({ style, onChange, isWriting }: Properties & { readonly isWriting: boolean }) {
  const theme = useTheme()
  return (
    <Menu
      name="stroke"
      label={isWriting ? 'Colour of the writing' : 'Line colour'}
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

/** `isPaper`: of notes, whose paper has stronger colours than what lies behind an outline. */
export function FillMenu({ style, onChange, isPaper }: Properties & { readonly isPaper: boolean }) {
  const theme = useTheme()
  const colourOf = isPaper ? paperColour : softColour
  return (
    <Menu
      name="fill"
      label={isPaper ? 'Paper' : 'Fill'}
      button={<span className={`dot ${style.fill === 'none' ? 'none' : ''}`} style={swatchStyle(colourOf(style.fill, theme))} />}
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
            style={swatchStyle(colourOf(name, theme))}
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
