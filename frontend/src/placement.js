const GAP = 4;
const EDGE = 8;

/** Puts a floating panel under (or, where there is no room, above) its button, inside the window. */
export function placeBy(button, panel) {
  // Measured at the left edge, where it can be as wide as it likes.
  panel.style.left = "0px";
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const fitsBelow = at.bottom + GAP + height <= innerHeight || at.top < height;
  const left = at.left + width > innerWidth - EDGE ? at.right - width : at.left;
  const top = fitsBelow ? Math.min(at.bottom + GAP, innerHeight - height - EDGE) : at.top - height - GAP;
  panel.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  panel.style.top = `${Math.max(EDGE, top)}px`;
}
