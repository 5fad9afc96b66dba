/** Whether something is being typed, in a field or in a text box. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

/** Whether a key or the clipboard is meant for a field, a dialog or marked words of the page, and not for what is drawn. */
export function belongsToPage(target: EventTarget | null): boolean {
  const isInDialog = target instanceof HTMLElement && target.closest('dialog, [role=dialog]') !== null
  return isTyping(target) || isInDialog || window.getSelection()?.type === 'Range'
}
