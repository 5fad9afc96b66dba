/** Only what differs: an unchanged field must not win over somebody else's change. */
export function changedFields<Fields extends object>(before: Fields, after: Fields): Partial<Fields> {
  const changed: Partial<Fields> = {}
  for (const field in after) if (Object.hasOwn(after, field) && before[field] !== after[field]) changed[field] = after[field]
  return changed
}
