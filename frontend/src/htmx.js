// htmx, set up for a strict Content-Security-Policy and for pages with health information.
import htmx from "htmx.org";
import { sayFailed } from "./failures.js";
import { pageHeaders, renewToken, tellOver } from "./session.js";

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

document.addEventListener("htmx:configRequest", ({ detail }) => Object.assign(detail.headers, pageHeaders()));

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

// A quiet request (data-quiet: polling, a prefetch) tells nobody that it failed.
const isQuiet = (event) => event.detail.elt?.closest?.("[data-quiet]");

// What was asked for while nobody was signed in. It is asked for again once they are, but for what a press sends, which
// waits for another press; data-again is on what is sent by itself, as it is typed.
const missed = new Map();
function miss({ elt, target, requestConfig, pathInfo }) {
  const isAskedAgain = requestConfig.verb === "get" || elt.closest("[data-again]");
  if (isAskedAgain) missed.set(elt, [requestConfig.verb, pathInfo.requestPath, { source: elt, target }]);
}
window.addEventListener("session:lifted", () => {
  const asked = [...missed];
  missed.clear();
  asked.filter(([elt]) => elt.isConnected).forEach(([, request]) => htmx.ajax(...request));
});

// Under the cover nothing is asked for. Stopped before other listeners hear that it begins.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!document.getElementById("cover")?.open || event.detail.elt.closest("#cover")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  miss(event.detail);
});

// The same person has signed in since, in another tab: the same once more, with the token that holds now.
const sentTwice = new WeakSet();
function sendAgain({ elt, target, requestConfig, pathInfo }) {
  sentTwice.add(elt);
  const context = { source: elt, target, event: requestConfig.triggeringEvent };
  setTimeout(() => htmx.ajax(requestConfig.verb, pathInfo.requestPath, context));
}
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && sentTwice.delete(detail.elt));

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (xhr.status === 401 && document.getElementById("cover")) {
    miss(event.detail);
    return tellOver();
  }
  const token = xhr.status === 403 && xhr.getResponseHeader("X-Betony-Token");
  renewToken(token);
  if (token && !sentTwice.delete(elt)) return sendAgain(event.detail);
  if (isQuiet(event)) return undefined;
  return sayFailed(xhr.status === 403 || xhr.status === 401 ? "saysRefused" : "saysFailed");
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isQuiet(event) || sayFailed("saysUnreachable"));
}

export default htmx;
