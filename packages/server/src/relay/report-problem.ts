/** Tells an operator of a document that needs a look: it could not be loaded or compacted. Never of its content. */
export type ReportProblem = (problem: { readonly tenant: string; readonly document: string; readonly error: unknown }) => void
