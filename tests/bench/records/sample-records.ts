/** Records as a small shop has them: names of a few words, prices, quantities, notes. The same index gives the same record. */
export interface SampleProduct {
  readonly name: string
  readonly priceCents: number
  readonly quantity: number
}

const words = (
  'apple barley basil butter carrot cheese cherry cinnamon cocoa coffee cream cumin fennel flour garlic ginger honey leek lemon lentil mint ' +
  'mustard nutmeg oat olive onion orange paprika pear pepper plum potato rice rosemary rye saffron salt sesame sugar thyme walnut'
).split(' ')

export function sampleProduct(index: number): SampleProduct {
  const pick = picker(index)
  return {
    name: `${pickWords(pick, 3)} ${index}`,
    priceCents: 50 + Math.floor(pick() * 10_000),
    quantity: Math.floor(pick() * 500),
  }
}

export function sampleMovement(index: number, productId: string) {
  const pick = picker(index)
  return { productId, quantity: Math.floor(pick() * 40) - 20, note: pickWords(pick, 5) }
}

export function sampleRecipe(index: number) {
  const pick = picker(index)
  return { title: `${pickWords(pick, 2)} ${index}`, body: pickWords(pick, 60) }
}

function pickWords(pick: () => number, count: number): string {
  return Array.from({ length: count }, () => words[Math.floor(pick() * words.length)]).join(' ')
}

/** Numbers from 0 to 1 that the index alone decides. */
function picker(index: number): () => number {
  let state = Math.imul(index + 1, 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
