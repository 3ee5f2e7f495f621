// htmx, set up for a strict Content-Security-Policy and for pages with health information.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold health information: none of it may stay behind in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // Not "style": the Content-Security-Policy forbids the attribute.
  attributesToSettle: ["class", "width", "height"],
  scrollIntoViewOnBoost: false,
  defaultSwapStyle: "innerHTML",
  timeout: 30000,
  responseHandling: [
    { code: "204", swap: false },
    // What asked again holds it already.
    { code: "304", swap: false },
    { code: "[23]..", swap: true },
    // 422: the form came back with its errors in words.
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});

// A part of a page that asks for itself again says what it holds (ETag); the server answers with nothing until it changed.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get" && detail.target?.holds) detail.headers["If-None-Match"] = detail.target.holds;
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  detail.target.holds = detail.xhr.getResponseHeader("ETag");
});

// A request that was led on to another page (signed out, or done and redirected) goes there: nothing is swapped in.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, pathInfo } = detail;
  const answered = new URL(xhr.responseURL || pathInfo.finalRequestPath, location.href);
  const asked = new URL(pathInfo.finalRequestPath, location.href);
  if (answered.pathname === asked.pathname || !/^\s*<!doctype html/i.test(xhr.response)) return;
  detail.shouldSwap = false;
  location.assign(answered);
});

/** Says in the page's own words that a request failed. */
function sayFailed(key) {
  const words = document.body.dataset[key];
  if (words) window.dispatchEvent(new CustomEvent("toast", { detail: { message: words, tone: "error" } }));
}
// A quiet request (data-quiet: polling, a prefetch) tells nobody that it failed.
const isQuiet = (event) => event.detail.elt?.closest?.("[data-quiet]");
document.addEventListener("htmx:responseError", (event) => {
  if (isQuiet(event)) return;
  const { status } = event.detail.xhr;
  sayFailed(status === 403 || status === 401 ? "saysRefused" : "saysFailed");
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isQuiet(event) || sayFailed("saysUnreachable"));
}

export default htmx;
