/** Two sorted lists as one; of equal members those of the first come first. */
export function mergeSorted<T>(first: readonly T[], second: readonly T[], compare: (left: T, right: T) => number): T[] {
  const merged: T[] = []
  let at = 0
  for (const other of second) {
    for (let one = first[at]; one !== undefined && compare(one, other) <= 0; one = first[at]) {
      merged.push(one)
      at += 1
    }
    merged.push(other)
  }
  for (; at < first.length; at += 1) {
    const one = first[at]
    if (one !== undefined) merged.push(one)
  }
  return merged
}
