/** Say something politely to those who do not see the page; in the dialog that is open, as the rest is inert. */
export function announce(words, dialog = [...document.querySelectorAll("dialog:modal")].at(-1)) {
  const region = dialog?.querySelector("[data-live]") ?? document.getElementById("live-region");
  if (region) region.textContent = words;
}
