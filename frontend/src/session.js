// Whose page this is, and whether they are still signed in here.
const page = document.querySelector('meta[name="page-of"]');
export const isSomebodys = Boolean(page);
const USE_SECONDS = 60;
let usedAt = Date.now();

/** The headers by which the server knows whose page asks: whoever has signed in since gets nothing of it. */
export function pageHeaders() {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  return { ...(page && { "X-Betony-Page-Of": page.content }), ...(token && { "X-CSRFToken": token }) };
}

/** Signing in makes the forms of open pages worthless: from now on they carry the token that holds. */
export function renewToken(token) {
  if (!token) return;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
  document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => (field.value = token));
}

/** Says that the session has ended: the page is covered. */
export function tellOver() {
  window.dispatchEvent(new CustomEvent("session:over"));
}

/** Whether the page's own person is signed in: "in", "out" or "unreachable". */
export async function askSession({ isUse = false } = {}) {
  if (!page) return "in";
  const background = isUse ? {} : { "X-Betony-Background": "1" };
  try {
    const answer = await fetch(page.dataset.session, { headers: { ...pageHeaders(), ...background }, cache: "no-store" });
    if (answer.status === 204) renewToken(answer.headers.get("X-Betony-Token"));
    if (answer.status === 204 || answer.status === 401) return answer.ok ? "in" : "out";
  } catch {
    // No network.
  }
  return "unreachable";
}

/** Typing is use of the session, though it may ask for nothing: once a minute at the most the server hears of it. */
document.addEventListener("input", async () => {
  if (!page || Date.now() - usedAt < USE_SECONDS * 1000) return;
  usedAt = Date.now();
  if ((await askSession({ isUse: true })) === "out") tellOver();
});
