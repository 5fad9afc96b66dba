const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

export function formatMoney(cents: number): string {
  return money.format(cents / 100)
}

/** What a person edits: without a currency and without groups of thousands. */
export function editableMoney(cents: number): string {
  return (cents / 100).toFixed(2)
}

/** Cents of `3`, `3.2`, `3,20` or `€3.20`; `undefined` for what is no amount of money. Counted in digits, because 1.15 × 100 is not 115. */
export function parseMoney(text: string): number | undefined {
  const match = /^€?\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*€?$/.exec(text.trim())
  if (!match) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Whole number with an optional sign, the typographic minus included; `undefined` for anything else. */
export function parseWhole(text: string): number | undefined {
  const match = /^([+\-−]?)\s*(\d{1,9})$/.exec(text.trim())
  if (!match) return undefined
  const size = Number(match[2])
  return match[1] === '' || match[1] === '+' || size === 0 ? size : -size
}

/** With the sign always shown, as a movement has it. */
export function formatSigned(value: number): string {
  if (value === 0) return '±0'
  return value > 0 ? `+${value}` : `−${-value}`
}

/** With a minus as wide as the digits. */
export function formatWhole(value: number): string {
  return value < 0 ? `−${-value}` : String(value)
}
