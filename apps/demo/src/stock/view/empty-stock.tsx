import { addExamples } from '../model/examples.ts'
import { useStock } from './stock-context.ts'

/** What a newcomer sees before there is a product. */
export function EmptyStock() {
  const { client, attempt } = useStock()
  return (
    <div className="empty-stock" data-testid="empty-stock">
      <svg width="132" height="92" viewBox="0 0 132 92" fill="none" strokeWidth="3" strokeLinejoin="round" aria-hidden="true">
        <path d="M8 84h116M18 84V22h96v62" stroke="var(--hint-ink)" strokeLinecap="round" />
        <rect x="28" y="52" width="34" height="32" rx="5" stroke="var(--hint-blue)" fill="var(--hint-blue-soft)" />
        <rect x="70" y="60" width="32" height="24" rx="5" stroke="var(--hint-violet)" fill="var(--hint-violet-soft)" />
        <path d="M18 46h96" stroke="var(--hint-ink)" />
        <circle cx="46" cy="33" r="11" stroke="var(--hint-violet)" fill="var(--hint-violet-soft)" />
      </svg>
      <h3>An empty shelf</h3>
      <p>Add your first product below. It is on this device at once, network or not.</p>
      <button
        type="button"
        className="button"
        data-testid="add-examples"
        onClick={() => void attempt(addExamples(client.records))}
      >
        Fill it with examples
      </button>
    </div>
  )
}
