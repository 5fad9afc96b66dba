import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grownHeight, layoutNote } from './note-layout.ts'
import { lineHeight, type LineWidth } from './text-metrics.ts'
import { wrapText } from './wrap-text.ts'

/** Every letter is half as wide as it is tall. */
const widthOf: LineWidth = (line, fontSize) => line.length * fontSize * 0.5
const letters = ({ length }: string) => length

const words = fc
  .array(fc.stringMatching(/^[a-z]{1,14}$/), { maxLength: 40 })
  .chain((all) =>
    fc.array(fc.constantFrom(' ', '  ', '\n'), { minLength: all.length, maxLength: all.length }).map((gaps) => ({ all, gaps })),
  )
  .map(({ all, gaps }) => all.map((word, index) => word + (gaps[index] ?? ' ')).join(''))
const paper = fc.record({
  text: words,
  width: fc.integer({ min: 30, max: 400 }),
  height: fc.integer({ min: 30, max: 400 }),
  fontSize: fc.integer({ min: 8, max: 60 }),
})

test('[HD15] wrapping loses and invents no letter, and no line is wider than the paper', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (text, widthMax) => {
      const lines = wrapText(text, widthMax, letters)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \n]/g, ''))
      for (const line of lines) expect(line.trimEnd().length).toBeLessThanOrEqual(widthMax)
    }),
  )
})

test('[HD15] lines break between words where they can, inside a word only where it is longer than a line, never inside an emoji', () => {
  expect(wrapText('one two three', 7, letters)).toEqual(['one two ', 'three'])
  expect(wrapText('a\n\nb', 7, letters)).toEqual(['a', '', 'b'])
  expect(wrapText('incomprehensibility, yes', 8, letters)).toEqual(['incompre', 'hensibil', 'ity, yes'])
  expect(wrapText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 11, letters)).toEqual(['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'])
})

test('[HD15] the writing on a note is made as small as it takes to fit, and no smaller', () => {
  fc.assert(
    fc.property(paper, (note) => {
      const { lines, fontSize, padding } = layoutNote(note, widthOf)
      expect(fontSize).toBeLessThanOrEqual(note.fontSize)
      const isFitting = lines.length * fontSize * lineHeight <= note.height - 2 * padding + 1
      expect(isFitting || lines.length === 1).toBe(true)
      const asStored = layoutNote({ ...note, height: 100_000 }, widthOf).lines.length * note.fontSize * lineHeight
      expect(fontSize === note.fontSize || asStored > note.height - 2 * padding).toBe(true)
    }),
  )
})

test('[HD15] paper that has grown for its words shows them at their size', () => {
  fc.assert(
    fc.property(paper, (note) => {
      const grown = { ...note, height: grownHeight(note, widthOf) }
      expect(grown.height).toBeGreaterThanOrEqual(note.height)
      expect(layoutNote(grown, widthOf).fontSize).toBe(note.fontSize)
    }),
  )
})
