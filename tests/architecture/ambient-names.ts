import type { SourceModule } from './source-module.ts'

/** Globals through which a module would reach for time, chance, threads, the network, storage or the process by itself. */
const ambientNames = new Set([
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'requestIdleCallback',
  'performance',
  'crypto',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'BroadcastChannel',
  'Worker',
  'indexedDB',
  'localStorage',
  'sessionStorage',
  'navigator',
  'location',
  'window',
  'self',
  'document',
  'globalThis',
  'process',
  'console',
])

type Node = { readonly type: string } & Readonly<Record<string, unknown>>

/** The ambient facilities that a module names as values, `Math.random` included. A local binding of the same name hides a global. */
export function ambientNamesOf(module: SourceModule): readonly string[] {
  const used = new Set<string>()
  const bound = new Set<string>()
  visit(module.program, (node, parent, key) => {
    if (node.type === 'MemberExpression' && nameOf(node['object']) === 'Math' && nameOf(node['property']) === 'random')
      used.add('Math.random')
    const name = nameOf(node)
    if (name === undefined || !ambientNames.has(name) || isMereLabel(parent, key)) return
    if (isBinding(parent, key)) bound.add(name)
    else used.add(name)
  })
  return [...used].filter((name) => !bound.has(name)).toSorted()
}

/** A property or method name, as in `clock.now` or `{ document: 1 }`, names no global. */
function isMereLabel(parent: Node | undefined, key: string): boolean {
  if (parent === undefined || parent['computed'] === true) return false
  if (parent['shorthand'] === true) return false
  return (
    (parent.type === 'MemberExpression' && key === 'property') ||
    key === 'key' ||
    key === 'imported' ||
    key === 'exported' ||
    key === 'label'
  )
}

function isBinding(parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return false
  if (parent.type === 'Property') return key === 'value' && parent['kind'] === 'init' && parent['inPattern'] === true
  return (
    key === 'id' ||
    key === 'params' ||
    key === 'local' ||
    key === 'param' ||
    parent.type === 'ArrayPattern' ||
    (parent.type === 'AssignmentPattern' && key === 'left')
  )
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Types are erased, so only the expressions inside `as`, `satisfies` and the like are visited. */
const typeWrappers = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSInstantiationExpression'])

type See = (node: Node, parent: Node | undefined, key: string) => void

function visit(value: unknown, see: See, parent?: Node, key = ''): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, see, parent, key)
    return
  }
  if (!isNode(value)) return
  if (value.type.startsWith('TS') && !typeWrappers.has(value.type)) return
  see(value, parent, key)
  const isPattern = value.type === 'ObjectPattern'
  for (const [childKey, child] of Object.entries(value)) {
    if (isPattern && childKey === 'properties' && Array.isArray(child)) visit(child.map(markPattern), see, value, childKey)
    else if (childKey !== 'type' && childKey !== 'typeAnnotation' && childKey !== 'returnType') visit(child, see, value, childKey)
  }
}

/** Tells `{ a: b }` that binds `b` from `{ a: b }` that uses it. */
function markPattern(property: unknown): unknown {
  return isNode(property) && property.type === 'Property' ? { ...property, inPattern: true } : property
}
