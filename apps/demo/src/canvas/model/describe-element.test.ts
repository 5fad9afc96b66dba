import { expect, test } from 'vitest'
import { describeElement, describeSelection } from './describe-element.ts'
import { elementSchema } from './element.ts'

const common = { id: 'a', x: 0, y: 0, width: 10, height: 10 }
const rectangle = elementSchema.parse({ ...common, kind: 'rectangle', stroke: 'blue', fill: 'green' })
const line = elementSchema.parse({ ...common, id: 'b', kind: 'line', stroke: 'red', fill: 'green' })
const note = elementSchema.parse({ ...common, id: 'c', kind: 'note', text: ' buy\n milk ' })

test('[HD18] a thing is told by its kind, the colour one sees of it, and what is written in it', () => {
  expect([rectangle, line, note].map(describeElement)).toEqual(['Rectangle, green', 'Line, red', 'Note, yellow: buy milk'])
  expect(describeElement({ ...rectangle, fill: 'none' })).toBe('Rectangle, blue')
  expect(describeElement(elementSchema.parse({ ...common, kind: 'note' }))).toBe('Note, yellow, empty')
  expect(describeElement(elementSchema.parse({ ...common, kind: 'text', text: 'x'.repeat(200) }))).toBe(
    `Text, ink: ${'x'.repeat(80)} …`,
  )
})

test('[HD18] a selection is told with its place among everything', () => {
  const all = [rectangle, line, note]
  expect([describeSelection([], all), describeSelection([note], all), describeSelection(all, all)]).toEqual([
    '',
    'Note, yellow: buy milk. 3 of 3.',
    '3 of 3 selected.',
  ])
})
