import type { OutlinePath } from '../paint/trace-outline.ts'

const round = (length: number): number => Math.round(length * 100) / 100

/** The outline as the `d` of an SVG path. Ellipses are whole ones, which is all that a board has. */
export function createSvgPath(): OutlinePath & { readonly d: () => string } {
  const words: string[] = []
  const add = (letter: string, ...lengths: readonly number[]): void => {
    words.push(`${letter}${lengths.map(round).join(' ')}`)
  }
  return {
    d: () => words.join(''),
    moveTo: (x, y) => add('M', x, y),
    lineTo: (x, y) => add('L', x, y),
    bezierCurveTo: (...lengths) => add('C', ...lengths),
    roundRect(...[x, y, width, height, radius]) {
      const corner = (dx: number, dy: number): void => add('a', radius, radius, 0, 0, 1, dx, dy)
      add('M', x + radius, y)
      add('h', width - 2 * radius)
      corner(radius, radius)
      add('v', height - 2 * radius)
      corner(-radius, radius)
      add('h', 2 * radius - width)
      corner(-radius, -radius)
      add('v', 2 * radius - height)
      corner(radius, -radius)
      add('Z')
    },
    ellipse(x, y, radiusX, radiusY) {
      add('M', x - radiusX, y)
      add('a', radiusX, radiusY, 0, 1, 1, 2 * radiusX, 0)
      add('a', radiusX, radiusY, 0, 1, 1, -2 * radiusX, 0)
      add('Z')
    },
  }
}
