/** Says in the page's own words that a request failed. */
export function sayFailed(key) {
  const words = document.body.dataset[key];
  if (words) window.dispatchEvent(new CustomEvent("toast", { detail: { message: words, tone: "error" } }));
}
