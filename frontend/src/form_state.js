/** The forms' values as text, to see whether somebody typed. Search boxes and data-unguarded do not count. */
export function formState(root) {
  const forms = root.matches("form") ? [root] : [...root.querySelectorAll("form")];
  const fields = forms.filter((form) => !("unguarded" in form.dataset)).flatMap((form) => [...form.elements]);
  return JSON.stringify(fields.filter(isTyped).map((field) => [field.name, valueOf(field)]));
}

function isTyped(field) {
  return field.name && !["hidden", "submit", "button", "search"].includes(field.type) && !field.closest("[data-unguarded]");
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}
