// A form that comes back with errors is a new dialog: it still returns the focus to the first opener.
let lastOpener = null;

function focusedOutside(dialog) {
  const active = document.activeElement;
  return active && active !== document.body && !dialog.contains(active) ? active : null;
}

/** Returns what has the focus while a dialog opens; if nothing has, what opened the dialog before it. */
export function openerOf(dialog) {
  lastOpener = focusedOutside(dialog) ?? lastOpener;
  return lastOpener;
}

/** The browser tells of the closing a moment later: whoever has gone on by then is not pulled back. */
export function returnFocus(dialog, openedBy) {
  if (focusedOutside(dialog)) return;
  const opener = openedBy?.isConnected ? openedBy : document.getElementById(openedBy?.id || "main");
  opener?.focus({ preventScroll: true });
}
