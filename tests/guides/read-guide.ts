/** What a reader of a guide does, in order. */
export type GuideStep =
  | { readonly type: 'file'; readonly path: string; readonly text: string }
  | { readonly type: 'shell'; readonly script: string; /** What it must print. */ readonly output: string | undefined }
  /** Goes on beside what follows; ready once `url` answers. */
  | { readonly type: 'server'; readonly script: string; readonly url: string }

const fence = /^```(?<info>[^\n]*)\n(?<body>.*?)^```$/gms

/**
 * The steps in a guide's code blocks: what follows the language says what to do with one. `file=PATH` is written, `sh` is run, `sh server=URL` is left
 * running, `text output` is what the block before prints. Other blocks are only to be read.
 */
export function readGuide(markdown: string): readonly GuideStep[] {
  const steps: GuideStep[] = []
  for (const { groups } of markdown.matchAll(fence)) {
    const [language = '', ...attributes] = (groups?.['info'] ?? '').trim().split(' ')
    const body = groups?.['body'] ?? ''
    const valueOf = (name: string) => attributes.find((attribute) => attribute.startsWith(`${name}=`))?.slice(name.length + 1)
    const path = valueOf('file')
    const url = valueOf('server')
    const last = steps.at(-1)
    if (path !== undefined) steps.push({ type: 'file', path, text: body })
    else if (language === 'sh' && url !== undefined) steps.push({ type: 'server', script: body, url })
    else if (language === 'sh') steps.push({ type: 'shell', script: body, output: undefined })
    else if (attributes.includes('output') && last?.type === 'shell') steps[steps.length - 1] = { ...last, output: body }
  }
  return steps
}
