/** The part of an element that decides what lies on top of what. */
export interface Ordered {
  readonly id: string
  readonly order: number
}

export type OrderMove = 'forward' | 'backward' | 'front' | 'back'

/** From the bottom up. Two people who add at the same moment pick the same number, so the id decides, alike on every device. */
export function compareOrder(a: Ordered, b: Ordered): number {
  if (a.order !== b.order) return a.order - b.order
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** An order above everything there is. */
export function orderOnTop(elements: readonly Ordered[]): number {
  return elements.reduce((top, { order }) => Math.max(top, Math.floor(order) + 1), 1)
}

function arrange<T extends Ordered>(elements: readonly T[], chosen: ReadonlySet<string>, move: OrderMove): T[] {
  const moved = elements.filter(({ id }) => chosen.has(id))
  const kept = elements.filter(({ id }) => !chosen.has(id))
  if (move === 'front') return [...kept, ...moved]
  if (move === 'back') return [...moved, ...kept]
  const arranged = move === 'forward' ? elements.toReversed() : [...elements]
  for (let index = 1; index < arranged.length; index++) {
    const [before, here] = [arranged[index - 1], arranged[index]]
    if (before && here && chosen.has(here.id) && !chosen.has(before.id)) {
      arranged[index - 1] = here
      arranged[index] = before
    }
  }
  return move === 'forward' ? arranged.toReversed() : arranged
}

/** Numbers strictly between the two, or `undefined` where doubles leave no room. */
function between(low: number, high: number, count: number): number[] | undefined {
  const values = Array.from({ length: count }, (_, index) => {
    if (low === -Infinity && high === Infinity) return index + 1
    if (low === -Infinity) return high - (count - index)
    if (high === Infinity) return low + index + 1
    return low + ((high - low) * (index + 1)) / (count + 1)
  })
  const line = [low, ...values, high]
  return line.every((value, index) => index === 0 || value > (line[index - 1] ?? Infinity)) ? values : undefined
}

function ordersFor(arranged: readonly Ordered[], chosen: ReadonlySet<string>): Map<string, number> {
  const orders = new Map<string, number>()
  let start = 0
  while (start < arranged.length) {
    let end = start
    while (end < arranged.length && chosen.has(arranged[end]?.id ?? '')) end++
    if (end > start) {
      const values = between(arranged[start - 1]?.order ?? -Infinity, arranged[end]?.order ?? Infinity, end - start)
      // No room between two neighbours: number everything anew, once in a very long while.
      if (!values) return new Map(arranged.map(({ id }, index) => [id, index + 1]))
      values.forEach((value, index) => orders.set(arranged[start + index]?.id ?? '', value))
    }
    start = end + 1
  }
  return orders
}

/** New `order` values that make the move; only the elements that need one. `elements` are sorted from the bottom up. */
export function reorder(elements: readonly Ordered[], chosen: ReadonlySet<string>, move: OrderMove): ReadonlyMap<string, number> {
  const arranged = arrange(elements, chosen, move)
  if (arranged.every((element, index) => element.id === elements[index]?.id)) return new Map()
  return ordersFor(arranged, chosen)
}
