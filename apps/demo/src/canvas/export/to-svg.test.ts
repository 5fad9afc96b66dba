import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Element } from '../model/element.ts'
import { escapeXml } from './escape-xml.ts'
import { createSvgPath } from './svg-path.ts'
import { toSvg, type SvgOptions } from './to-svg.ts'

const common = { x: 10, y: 20, width: 30, height: 40, rotation: 0, order: 1, fill: 'none', strokeWidth: 3, updatedAt: 0 }
const options: SvgOptions = {
  box: { x: 0, y: 0, width: 100, height: 100 },
  theme: 'light',
  paper: undefined,
  font: "'Segoe UI', sans-serif",
  setText: (element) => ('text' in element ? { fontSize: 24, lines: [{ text: element.text, x: 0, y: 25 }] } : undefined),
}

function textElement(text: string, stroke = 'ink'): Element {
  return { ...common, id: 'a', kind: 'text', text, stroke, fontSize: 24 }
}

/** The names of all tags of a file, opening and closing. */
function tagsOf(svg: string): string[] {
  return [...svg.matchAll(/<\/?([^\s/>]+)/g)].map((match) => match[1] ?? '')
}

const svgTags = new Set(['svg', 'g', 'text', 'tspan', 'path', 'rect'])

const hostile = [
  '<script>alert(1)</script>',
  '</tspan></text><script href="data:,alert(1)"/>',
  '"><image href="http://evil/x.png" onerror="alert(1)"/>',
  '<![CDATA[ ]]> <!-- --> <?xml ?> &lt; &amp; &#60;',
  'a\u0000b\u000bc\uD800d\uFFFEe',
]

test.each(hostile)('[SH4] nothing written on a board is markup in its SVG: %j', (text) => {
  const svg = toSvg([textElement(text), textElement('plain', text)], options)
  expect(tagsOf(svg)).toEqual([
    'svg',
    'g',
    'text',
    'tspan',
    'tspan',
    'text',
    'g',
    'g',
    'text',
    'tspan',
    'tspan',
    'text',
    'g',
    'svg',
  ])
  expect(svg).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/)
})

test('[SH4] any text and any colour leave the SVG with the tags of its elements, and with letters that XML has', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }), (text, colour) => {
      const rectangle: Element = { ...common, id: 'b', kind: 'rectangle', stroke: colour, fill: colour }
      const svg = toSvg([textElement(text, colour), rectangle], options)
      expect(tagsOf(svg).filter((tag) => !svgTags.has(tag))).toEqual([])
      expect(tagsOf(svg)).toHaveLength(11)
      expect(svg.replaceAll(/[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')).toBe('')
      expect(svg).not.toMatch(/(?:fill|stroke)="[^"]*(?:url|:|;)/i)
    }),
  )
})

test('[SH4] what is escaped reads as what was written', () => {
  const letters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const read = escapeXml(text).replaceAll(/&([^;]+);/g, (_, name: string) => letters[name] ?? '')
      expect(read).toBe(text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ''))
    }),
  )
})

test('[SH5] an SVG has every kind of element as it is painted, from the bottom up, on paper where that is asked', () => {
  const elements: Element[] = [
    { ...common, id: 'a', kind: 'rectangle', stroke: 'blue', fill: '#ABCDEF', rotation: 15 },
    { ...common, id: 'b', kind: 'line', stroke: 'url(#x)', points: [0, 0, 1, 1] },
    { ...common, id: 'c', kind: 'note', stroke: 'ink', fill: 'rgb(1 2 3)', text: 'a < b', fontSize: 20 },
  ]
  expect(toSvg(elements, { ...options, paper: '#ffffff' }).split('\n')).toEqual([
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100"',
    ' font-family="&#39;Segoe UI&#39;, sans-serif" stroke-linecap="round" stroke-linejoin="round">',
    '<rect x="0" y="0" width="100" height="100" fill="#ffffff"/>',
    '<g transform="translate(10 20) rotate(15)"><path d="M7.5 0h15a7.5 7.5 0 0 1 7.5 7.5v25a7.5 7.5 0 0 1 -7.5 7.5h-15a7.5 7.5 0 0 1 -7.5 -7.5v-25a7.5 7.5 0 0 1 7.5 -7.5Z" fill="#ABCDEF" stroke="#3577e0" stroke-width="3"/></g>',
    '<g transform="translate(10 20)"><path d="M0 0L30 40" fill="none" stroke="#868b95" stroke-width="3"/></g>',
    '<g transform="translate(10 20)"><rect y="2.5" width="30" height="40" fill="#000000" fill-opacity="0.14"/><rect width="30" height="40" fill="rgb(1 2 3)"/><text font-size="24" fill="#25272e" xml:space="preserve"><tspan x="0" y="25">a &lt; b</tspan></text></g>',
    '</svg>',
  ])
})

test('[SH5] an ellipse is two arcs, and a curve keeps its handles', () => {
  const path = createSvgPath()
  path.ellipse(10, 5, 10, 5, 0, 0, 2 * Math.PI)
  path.bezierCurveTo(1, 2, 3, 4, 5.123, 6)
  expect(path.d()).toBe('M0 5a10 5 0 1 1 20 0a10 5 0 1 1 -20 0ZC1 2 3 4 5.12 6')
})
