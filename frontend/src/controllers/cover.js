import { Controller } from "@hotwired/stimulus";
import htmx from "../htmx.js";
import { askSession, renewToken } from "../session.js";

/**
 * Covers the page when its session has ended, and asks to sign in. The page stays as it is underneath: for the same
 * person it goes on where it was, for anybody else it is left.
 */
export default class extends Controller {
  static targets = ["title", "body", "waiting", "failed"];
  static values = { url: String };

  show() {
    if (this.element.open) return;
    this.wasIn = document.activeElement;
    this.element.showModal();
    this.titleTarget.focus();
    this.load();
  }

  async load() {
    this.put(this.waitingTarget);
    await htmx.ajax("GET", this.urlValue, { source: this.bodyTarget, target: this.bodyTarget, swap: "innerHTML" });
    if (!this.bodyTarget.querySelector("form")) this.put(this.failedTarget);
    else [...this.bodyTarget.querySelectorAll("input:not([type=hidden])")].find((box) => !box.value)?.focus();
  }

  put(template) {
    this.bodyTarget.replaceChildren(template.content.cloneNode(true));
  }

  /** Nothing but signing in lifts it; a browser may close a dialog on a second Escape whatever "cancel" says. */
  hold(event) {
    if (event.type === "cancel" || event.key === "Escape") event.preventDefault();
  }

  /** Back in sight: the same person may have signed in again in another tab. */
  async look() {
    if (!this.element.open || document.hidden || (await askSession()) !== "in") return;
    this.lift({ detail: {} });
  }

  lift({ detail: { token } }) {
    if (!this.element.open) return;
    renewToken(token);
    this.bodyTarget.replaceChildren();
    this.element.close();
    const toasts = this.element.querySelector("#toasts");
    if (toasts) document.body.append(toasts);
    this.wasIn?.focus?.({ preventScroll: true });
    window.dispatchEvent(new CustomEvent("session:lifted"));
  }
}
