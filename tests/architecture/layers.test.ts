import { describe, expect, test } from 'vitest'
import { layers, layerOf, type Layer } from './layers.ts'
import { isTestCode, readSourceModules, type ModuleImport, type SourceModule } from './source-module.ts'

const modules = readSourceModules()
const product = modules.filter((module) => !isTestCode(module.path))

describe('layers', () => {
  test('[AR1] every product file belongs to a layer of the table, and every layer has files', () => {
    expect(product.map((module) => module.path).filter((path) => layerOf(path) === undefined)).toEqual([])
    expect(
      layers.filter((layer) => !product.some((module) => layerOf(module.path) === layer)).map((layer) => layer.files),
    ).toEqual([])
  })

  test('[AR2] product files import only what the table allows their layer', () => {
    const forbidden = product.flatMap((module) => {
      const layer = layerOf(module.path)
      return layer === undefined
        ? []
        : module.imports.filter((edge) => !isAllowed(layer, module, edge)).map((edge) => describeEdge(module, edge))
    })
    expect(forbidden).toEqual([])
  })

  test('[AR3] imports between packages go by name, imports inside one by path and with `.ts`', () => {
    const crossing = modules.flatMap((module) =>
      module.imports
        .filter(
          ({ file }) => file !== undefined && (packageOf(file) !== packageOf(module.path) || !/\.(tsx?|mjs|css)$/.test(file)),
        )
        .filter(({ file }) => !(module.path.startsWith('tests/') && file?.startsWith('scripts/')))
        .map((edge) => describeEdge(module, edge)),
    )
    expect(crossing).toEqual([])
  })

  test('[AR4] no module reaches itself through its imports, types included', () => {
    expect(findCycles(modules)).toEqual([])
  })

  test('[AR4] a cycle would be found', () => {
    const twoFiles = [
      pretend('packages/x/src/a.ts', 'packages/x/src/b.ts'),
      pretend('packages/x/src/b.ts', 'packages/x/src/a.ts'),
    ]
    expect(findCycles(twoFiles)).toEqual(['packages/x/src/a.ts → packages/x/src/b.ts → packages/x/src/a.ts'])
  })
})

function isAllowed(layer: Layer, module: SourceModule, { file, specifier }: ModuleImport): boolean {
  if (file === undefined)
    return layer.packages.some((allowed) => (typeof allowed === 'string' ? allowed === specifier : allowed.test(specifier)))
  if (layerOf(file) === layer) return true
  const own = packageOf(module.path)
  return layer.mayImport.some((allowed) => file === `${own}/src/${allowed}` || file.startsWith(`${own}/src/${allowed}/`))
}

function describeEdge(module: SourceModule, edge: ModuleImport): string {
  return `${module.path} → ${edge.file ?? edge.specifier}`
}

function packageOf(path: string): string {
  return path.startsWith('tests/') || path.startsWith('scripts/')
    ? (path.split('/')[0] ?? path)
    : path.split('/').slice(0, 2).join('/')
}

/** One line for each cycle, found by walking depth first; a module whose imports are all walked is never walked again. */
function findCycles(all: readonly SourceModule[]): readonly string[] {
  const moduleByPath = new Map(all.map((module) => [module.path, module]))
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const { file } of moduleByPath.get(path)?.imports ?? []) if (file !== undefined) walk(file, [...trail, path])
    done.add(path)
  }
  for (const path of moduleByPath.keys()) walk(path, [])
  return cycles
}

function pretend(path: string, imported: string): SourceModule {
  const [sample] = modules
  if (sample === undefined) throw new Error('the repository has no modules')
  return { ...sample, path, imports: [{ specifier: imported, file: imported }] }
}
