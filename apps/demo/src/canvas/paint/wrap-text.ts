const segmenter = new Intl.Segmenter()

/** How much of a word fits into a line; at least one letter, or nothing would ever be set. */
function fittingLetters(letters: readonly string[], widthMax: number, widthOf: (text: string) => number): number {
  let [fits, tooMany] = [1, letters.length + 1]
  while (tooMany - fits > 1) {
    const half = (fits + tooMany) >> 1
    if (widthOf(letters.slice(0, half).join('')) <= widthMax) fits = half
    else tooMany = half
  }
  return fits
}

/** A word that is longer than a line, in pieces that are not. */
function breakWord(word: string, widthMax: number, widthOf: (text: string) => number): string[] {
  // By what a person takes for a letter: an emoji is not torn apart.
  let letters = Array.from(segmenter.segment(word), ({ segment }) => segment)
  const pieces: string[] = []
  while (letters.length > 0) {
    const count = fittingLetters(letters, widthMax, widthOf)
    pieces.push(letters.slice(0, count).join(''))
    letters = letters.slice(count)
  }
  return pieces
}

function wrapLine(line: string, widthMax: number, widthOf: (text: string) => number): string[] {
  const wrapped: string[] = []
  let current = ''
  // Each word with the spaces after it, which may hang over the edge.
  for (const word of line.match(/\s+|\S+\s*/gu) ?? []) {
    if (widthOf((current + word).trimEnd()) <= widthMax) {
      current += word
      continue
    }
    if (current !== '') wrapped.push(current)
    const pieces = widthOf(word.trimEnd()) <= widthMax ? [word] : breakWord(word, widthMax, widthOf)
    wrapped.push(...pieces.slice(0, -1))
    current = pieces.at(-1) ?? ''
  }
  return [...wrapped, current]
}

/** The lines of a text that is to be no wider than this: broken between words, and inside those that are longer than a line. */
export function wrapText(text: string, widthMax: number, widthOf: (text: string) => number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, widthMax, widthOf))
}
