// An answer may take away what was pressed: the focus then goes to the heading of what came instead, and not to the
// beginning of the page. What keeps its id keeps the focus by itself (htmx).
const HEADING = ':is(h1, h2, h3, h4)[tabindex="-1"]';
const PRESSES = ["click", "submit"];
let focused = null;

document.addEventListener("htmx:beforeSwap", () => {
  focused = document.activeElement;
});

document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (!focused || focused.isConnected || document.activeElement !== document.body) return;
  const heading = target.matches(HEADING) ? target : target.querySelector(HEADING);
  if (!heading) return;
  focused = null;
  // What asks for itself does not move the page under whoever reads it.
  const wasPressed = PRESSES.includes(detail.requestConfig?.triggeringEvent?.type);
  heading.focus({ preventScroll: !wasPressed });
});
