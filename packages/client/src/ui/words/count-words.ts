/** `1 change`, `3 changes`; `noun` in the singular, with a regular plural unless given. */
export function countWords(count: number, noun: string, plural = `${noun}s`): string {
  return count === 1 ? `1 ${noun}` : `${count} ${plural}`
}

/** `name`, `name and price`, `name, price and target`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** A capital first, a full stop last; what is a sentence already stays as it is. */
export function asSentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return capital === '' || /[.!?…]$/.test(capital) ? capital : `${capital}.`
}
