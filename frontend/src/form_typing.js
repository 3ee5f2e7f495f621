// What stands in a form, as texts by the name of each field, and putting it back. Passwords and files never.
const NEVER = ["password", "file", "submit", "button", "reset", "image", "search"];
const NO_TYPING = ["csrfmiddlewaretoken", "unfinished"];
const isChosen = (field) => field.type === "checkbox" || field.type === "radio";

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !NEVER.includes(field.type) && !NO_TYPING.includes(field.name));
}

function valuesOf(field) {
  if (isChosen(field)) return field.checked ? [field.value] : [];
  return field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value];
}

/** What stands in the form; the fields that carry its version and ids go along, so that it is still the same form. */
export function typedInto(form) {
  const typed = {};
  fieldsOf(form).forEach((field) => (typed[field.name] = [...(typed[field.name] ?? []), ...valuesOf(field)]));
  return typed;
}

/** Puts it back, as if it were typed: whatever follows typing hears of it. What the form has no more is left out. */
export function typeInto(form, typed) {
  const rest = structuredClone(typed);
  for (const field of fieldsOf(form).filter(({ name }) => name in rest)) {
    const before = JSON.stringify(valuesOf(field));
    if (isChosen(field)) field.checked = typed[field.name].includes(field.value);
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = typed[field.name].includes(option.value)));
    else if (rest[field.name].length) field.value = rest[field.name].shift();
    if (JSON.stringify(valuesOf(field)) === before || field.type === "hidden") continue;
    ["input", "change"].forEach((name) => field.dispatchEvent(new Event(name, { bubbles: true })));
  }
}
