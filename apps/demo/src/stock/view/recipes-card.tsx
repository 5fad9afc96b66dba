import { useState } from 'react'
import { IconButton } from '../../chrome/icon-button.tsx'
import { changedFields } from '../model/changed-fields.ts'
import { inOwnGroup } from '../model/own-group.ts'
import type { Recipe } from '../model/stock-records.ts'
import { Card } from './card.tsx'
import { PendingMark } from './pending-mark.tsx'
import { RecipeForm } from './recipe-form.tsx'
import { useStock } from './stock-context.ts'

function RecipeEntry({ recipe, onEdit }: { recipe: Recipe; onEdit: () => void }) {
  const { client, attempt, flash } = useStock()
  const { id, title, body, meta } = recipe
  const remove = async () => {
    if (!(await attempt(client.records.recipe.delete(id, inOwnGroup())))) return
    flash({ message: `${title} was deleted.`, isProblem: false, undo: () => client.records.recipe.restore(id) })
  }
  return (
    <li className="recipe" data-testid="recipe" data-id={id} data-pending={meta.isPending}>
      <div className="recipe-head">
        <h3>{title}</h3>
        <PendingMark isPending={meta.isPending} />
        <span className="row-actions">
          <IconButton icon="edit" label={`Edit ${title}`} data-testid="edit-recipe" onClick={onEdit} />
          <IconButton
            icon="trash"
            label={`Delete ${title}`}
            className="danger"
            data-testid="delete-recipe"
            onClick={() => void remove()}
          />
        </span>
      </div>
      {body === '' ? undefined : <p>{body}</p>}
    </li>
  )
}

/** Which recipe is open for editing; `new` for one that is not there yet. */
type Editing = { readonly id: string } | 'new' | undefined

export function RecipesCard({ recipes }: { recipes: readonly Recipe[] | undefined }) {
  const { client, attempt } = useStock()
  const [editing, setEditing] = useState<Editing>()
  const close = () => setEditing(undefined)
  const create = async (fields: Pick<Recipe, 'title' | 'body'>) => {
    if (await attempt(client.records.recipe.create(fields))) close()
  }
  const save = async (recipe: Recipe, fields: Pick<Recipe, 'title' | 'body'>) => {
    const changes = changedFields(recipe, fields)
    if (Object.keys(changes).length === 0 || (await attempt(client.records.recipe.update(recipe.id, changes)))) close()
  }
  return (
    <Card
      title="Recipes"
      testId="recipes"
      className="recipes"
      {...(recipes && { count: recipes.length })}
      hint="Only who has seen the latest text may change it. Otherwise the server’s stays, and yours is kept for you to look at."
      actions={
        editing === 'new' ? undefined : (
          <button type="button" className="button small" data-testid="new-recipe" onClick={() => setEditing('new')}>
            New recipe
          </button>
        )
      }
    >
      {editing === 'new' ? <RecipeForm recipe={undefined} onSave={(fields) => void create(fields)} onClose={close} /> : undefined}
      {recipes?.length === 0 && editing !== 'new' ? (
        <p className="quiet">No recipe yet.</p>
      ) : (
        <ul className="recipe-list" aria-label="Recipes">
          {recipes?.map((recipe) =>
            typeof editing === 'object' && editing.id === recipe.id ? (
              <li key={recipe.id} className="recipe" data-testid="recipe" data-id={recipe.id}>
                <RecipeForm recipe={recipe} onSave={(fields) => void save(recipe, fields)} onClose={close} />
              </li>
            ) : (
              <RecipeEntry key={recipe.id} recipe={recipe} onEdit={() => setEditing({ id: recipe.id })} />
            ),
          )}
        </ul>
      )}
    </Card>
  )
}
