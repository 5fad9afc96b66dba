import { Counter, type Registry } from 'prom-client'

/** A total that is kept elsewhere as a plain number, read when somebody asks. */
export function registerTotal(
  registry: Registry,
  total: { readonly name: string; readonly help: string; readonly read: () => number },
): void {
  const counter: Counter = new Counter({
    name: total.name,
    help: total.help,
    registers: [registry],
    collect() {
      counter.reset()
      counter.inc(total.read())
    },
  })
}

/** Totals by the values of one label. */
export function registerTotals<Label extends string>(
  registry: Registry,
  totals: {
    readonly name: string
    readonly help: string
    readonly label: Label
    readonly read: () => ReadonlyMap<string, number>
  },
): void {
  const { name, help, label } = totals
  const counter: Counter = new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      counter.reset()
      for (const [value, count] of totals.read()) counter.inc({ [label]: value }, count)
    },
  })
}
