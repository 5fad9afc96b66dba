/** Whether something is being typed, in a field or in a text box. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

export function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog, [role=dialog]') !== null
}

/** Whether the clipboard is meant for a field, a dialog or marked words of the page, and not for what is drawn. */
export function belongsToPage(target: EventTarget | null): boolean {
  return isTyping(target) || isInDialog(target) || window.getSelection()?.type === 'Range'
}
