import { memo } from 'react'
import { Ellipse, Group, Line, Rect, Text } from 'react-konva/lib/ReactKonvaCore.js'
import 'konva/lib/shapes/Ellipse.js'
import 'konva/lib/shapes/Line.js'
import 'konva/lib/shapes/Rect.js'
import 'konva/lib/shapes/Text.js'
import type { Theme } from '../../theme/palette.ts'
import { softColour, solidColour } from '../../theme/palette.ts'
import type { Element } from '../model/element.ts'
import { smoothCurve } from '../model/smooth.ts'
import { strokeLengths } from '../model/stroke.ts'
import { lineHeight, textFont } from './text-metrics.ts'

/** Thin lines stay easy to hit, in scene units. */
const hitWidthMin = 16

function Shape({ element, theme }: { element: Element; theme: Theme }) {
  const { width, height, strokeWidth } = element
  const stroke = solidColour(element.stroke, theme)
  const outline = { stroke, strokeWidth, hitStrokeWidth: Math.max(strokeWidth, hitWidthMin), perfectDrawEnabled: false }
  switch (element.kind) {
    case 'rectangle':
      return (
        <Rect
          {...outline}
          width={width}
          height={height}
          fill={softColour(element.fill, theme)}
          cornerRadius={Math.min(10, width / 4, height / 4)}
        />
      )
    case 'ellipse':
      return (
        <Ellipse
          {...outline}
          x={width / 2}
          y={height / 2}
          radiusX={width / 2}
          radiusY={height / 2}
          fill={softColour(element.fill, theme)}
        />
      )
    case 'line':
      return <Line {...outline} points={strokeLengths(element.points, width, height)} lineCap="round" />
    case 'freehand':
      return (
        <Line
          {...outline}
          points={smoothCurve(strokeLengths(element.points, width, height))}
          lineCap="round"
          lineJoin="round"
          bezier
        />
      )
    case 'text':
      return <Text text={element.text} fontSize={element.fontSize} fontFamily={textFont} lineHeight={lineHeight} fill={stroke} />
  }
}

/** One element; drawn again only when it (or the theme) is another. Its Konva id is the element's. */
export const ElementShape = memo(function ElementShape({ element, theme }: { element: Element; theme: Theme }) {
  return (
    <Group id={element.id} name="element" x={element.x} y={element.y} rotation={element.rotation}>
      <Shape element={element} theme={theme} />
    </Group>
  )
})
