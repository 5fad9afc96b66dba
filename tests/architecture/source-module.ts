import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, type Program } from 'oxc-parser'

export const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface ModuleImport {
  readonly specifier: string
  /** Repository path of the imported file, or `undefined` for a package. */
  readonly file: string | undefined
}

/** A TypeScript file of the repository, as the architecture tests look at it. */
export interface SourceModule {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly text: string
  readonly lineCount: number
  readonly program: Program
  /** Static and dynamic imports and re-exports, types included. */
  readonly imports: readonly ModuleImport[]
  /** What the module exports: `name`, or `type name`. `*` for an `export *`. */
  readonly exports: readonly string[]
}

const skippedFolders = /^(node_modules|dist|\..*)$/

/** Every TypeScript file under `packages`, `apps` and `tests`. */
export function readSourceModules(): readonly SourceModule[] {
  return ['packages', 'apps', 'tests'].flatMap((folder) => listFiles(folder)).map(readModule)
}

/** Repository paths of the files under a folder that are written by hand and match. */
export function listFiles(folder: string, pattern = /\.tsx?$/): readonly string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return skippedFolders.test(entry.name) ? [] : listFiles(path, pattern)
    return pattern.test(entry.name) ? [path] : []
  })
}

export function isTestCode(path: string): boolean {
  return path.startsWith('tests/') || /\.test\.tsx?$/.test(path) || path.includes('/testing/')
}

function readModule(path: string): SourceModule {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  const { module, program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const exportEntries = module.staticExports.flatMap((statement) => statement.entries)
  const specifiers = [
    ...module.staticImports.map((statement) => statement.moduleRequest.value),
    ...exportEntries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => literalAt(text, moduleRequest.start, moduleRequest.end)),
  ]
  return {
    path,
    text,
    lineCount: text.split('\n').length,
    program,
    imports: [...new Set(specifiers)].map((specifier) => ({ specifier, file: fileOf(path, specifier) })),
    exports: exportEntries.map((entry) => (entry.isType ? `type ${entry.exportName.name}` : (entry.exportName.name ?? '*'))),
  }
}

/** The text inside the quotes of a dynamic import's argument; nothing where it is computed. */
function literalAt(text: string, start: number, end: number): readonly string[] {
  const quoted = text.slice(start, end)
  return /^['"].*['"]$/.test(quoted) ? [quoted.slice(1, -1)] : []
}

function fileOf(importer: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(importer), specifier)) : undefined
}
