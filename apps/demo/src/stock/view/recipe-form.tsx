import type { SyntheticEvent } from 'react'
import { useState } from 'react'
import type { Recipe } from '../model/stock-records.ts'

interface Fields {
  readonly title: string
  readonly body: string
}

interface Properties {
  /** The recipe as it is now; `undefined` for a new one. */
  readonly recipe: Recipe | undefined
  readonly onSave: (fields: Fields) => void
  readonly onClose: () => void
}

/** Saving over a version that this person never saw is a decision, so it is asked for. */
function ChangedMeanwhile({ recipe, onTake }: { recipe: Recipe; onTake: () => void }) {
  return (
    <div className="changed-meanwhile" role="status" data-testid="changed-meanwhile">
      <div>
        <p>Somebody saved another version while you were writing. Saving puts yours in its place.</p>
        <q>{recipe.body === '' ? recipe.title : recipe.body}</q>
      </div>
      <button type="button" className="button small" data-testid="take-theirs" onClick={onTake}>
        Take theirs
      </button>
    </div>
  )
}

export function RecipeForm({ recipe, onSave, onClose }: Properties) {
  const [fields, setFields] = useState<Fields>({ title: recipe?.title ?? '', body: recipe?.body ?? '' })
  const [seen, setSeen] = useState(recipe)
  const isChanged = recipe !== undefined && seen !== undefined && (recipe.title !== seen.title || recipe.body !== seen.body)
  const isFine = fields.title.trim() !== ''
  const save = (event: SyntheticEvent) => {
    event.preventDefault()
    if (isFine) onSave({ title: fields.title.trim(), body: fields.body })
  }
  return (
    <form
      className="recipe-form"
      aria-label={recipe ? `Edit ${recipe.title}` : 'New recipe'}
      data-testid="recipe-form"
      onSubmit={save}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <label>
        Title
        <input
          className="input"
          autoFocus
          maxLength={120}
          autoComplete="off"
          data-testid="recipe-title"
          value={fields.title}
          onChange={(event) => setFields({ ...fields, title: event.target.value })}
        />
      </label>
      <label>
        Text
        <textarea
          className="input"
          rows={6}
          maxLength={20_000}
          data-testid="recipe-body"
          value={fields.body}
          onChange={(event) => setFields({ ...fields, body: event.target.value })}
        />
      </label>
      {isChanged ? (
        <ChangedMeanwhile
          recipe={recipe}
          onTake={() => {
            setFields({ title: recipe.title, body: recipe.body })
            setSeen(recipe)
          }}
        />
      ) : undefined}
      <div className="form-actions">
        <button type="submit" className="button primary" data-testid="save-recipe" disabled={!isFine}>
          Save
        </button>
        <button type="button" className="button" data-testid="cancel-recipe" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  )
}
