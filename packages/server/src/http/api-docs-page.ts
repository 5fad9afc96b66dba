import { z } from 'zod'

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() })).optional()

const operationSchema = z.object({
  tags: z.array(z.string()).default([]),
  summary: z.string().default(''),
  description: z.string().default(''),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false) })).default([]),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ content: contentSchema })).default({}),
})

/** As much of an OpenAPI document as the page shows. */
const documentSchema = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

type Operation = z.infer<typeof operationSchema>

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; text-transform: capitalize }
h3 { margin-bottom: 0; font-size: 1rem }
p { margin: .25rem 0 .5rem; white-space: pre-line }
code, pre { font: .875rem/1.4 ui-monospace, monospace }
pre { overflow: auto; padding: .75rem; border: 1px solid #8886; border-radius: .5rem }
summary { cursor: pointer }
`

/** One readable page without a script. */
export function apiDocsPage(document: unknown): string {
  const { info, paths, components } = documentSchema.parse(document)
  const operations = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0] ?? 'other'))]
  const sections = tags.map((tag) => {
    const ofTag = operations.filter(({ operation }) => (operation.tags[0] ?? 'other') === tag)
    return `<h2>${escape(tag)}</h2>${ofTag.map(({ title, operation }) => operationHtml(title, operation)).join('')}`
  })
  const schemas = Object.entries(components.schemas).map(([name, schema]) => details(name, schema, `schema-${name}`))
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escape(info.title)} API</title><style>${style}</style><body>`,
    `<h1>${escape(info.title)} API <small>${escape(info.version)}</small></h1><p>${prose(info.description)}</p>`,
    '<p>For programs: <a href="/api/docs/json">OpenAPI</a>.</p>',
    ...sections,
    `<h2>schemas</h2>${schemas.join('')}</body></html>`,
  ].join('\n')
}

function operationHtml(title: string, { summary, description, parameters, requestBody, responses }: Operation): string {
  const names = parameters.map((parameter) => `<code>${escape(parameter.name)}</code> (${escape(parameter.in)})`).join(', ')
  return [
    `<h3><code>${escape(title)}</code></h3><p>${prose(sentence(summary))} ${prose(description)}</p>`,
    names === '' ? '' : `<p>Parameters: ${names}</p>`,
    requestBody === undefined ? '' : contentHtml('Request', requestBody.content),
    ...Object.entries(responses).map(([status, { content }]) =>
      contentHtml(status === 'default' ? 'Otherwise' : `Answer ${status}`, content),
    ),
  ].join('')
}

function contentHtml(title: string, content: z.infer<typeof contentSchema>): string {
  const entries = Object.entries(content ?? {})
  if (entries.length === 0) return `<p>${escape(title)}: no body</p>`
  return entries.map(([type, { schema }]) => details(`${title}: ${type}`, schema)).join('')
}

function details(title: string, schema: unknown, id?: string): string {
  const attribute = id === undefined ? '' : ` id="${escape(id)}"`
  return `<details${attribute}><summary>${escape(title)}</summary><pre>${escape(JSON.stringify(schema, undefined, 2))}</pre></details>`
}

function sentence(summary: string): string {
  return /[.?!]$/.test(summary) ? summary : `${summary}.`
}

/** What stands between backticks is code. */
function prose(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character)
}
