import { Controller } from "@hotwired/stimulus";

const LINK_BUSY_MS = 8000;

/** On the body: the pressed control shows that it works, and a second press while it does is dropped. */
export default class extends Controller {
  connect() {
    // Captured before htmx hears of them, so that a dropped press reaches nobody.
    this.listen("submit", this.submitted, true);
    this.listen("click", this.clicked, true);
    this.listen("htmx:beforeRequest", this.started);
    this.listen("htmx:afterRequest", this.ended);
    // A page that comes back from the browser's memory is no longer at work.
    this.shown = ({ persisted }) =>
      persisted && document.querySelectorAll('[aria-busy="true"]').forEach((element) => this.rest(element));
    window.addEventListener("pageshow", this.shown);
  }

  disconnect() {
    this.listeners.forEach(([name, handler, capture]) => document.removeEventListener(name, handler, capture));
    this.listeners = [];
    window.removeEventListener("pageshow", this.shown);
  }

  listen(name, method, capture = false) {
    const handler = method.bind(this);
    document.addEventListener(name, handler, capture);
    (this.listeners ??= []).push([name, handler, capture]);
  }

  submitted(event) {
    const form = event.target;
    if (form.method !== "post" && !this.isHtmx(form)) return;
    if (form.dataset.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (this.isHtmx(form) || this.isHtmx(event.submitter)) {
      form.busyControl = event.submitter;
      return;
    }
    // After the other handlers: one of them may still call the submission off.
    setTimeout(() => {
      if (event.defaultPrevented || form.target === "_blank") return;
      form.dataset.busy = "true";
      this.work(event.submitter);
    });
  }

  clicked(event) {
    const control = event.target.closest?.("a, button, [hx-get], [hx-post]");
    if (!control) return;
    if (control.getAttribute("aria-disabled") === "true" || control.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const plainLink = control.matches("a.btn[href]") && !this.isHtmx(control) && !control.target && !control.download;
    if (!plainLink || event.metaKey || event.ctrlKey || event.shiftKey || control.hash) return;
    this.work(control);
    setTimeout(() => this.rest(control), LINK_BUSY_MS);
  }

  started({ detail }) {
    const form = detail.elt.closest("form");
    const control = detail.elt.matches("form") ? detail.elt.busyControl : detail.elt;
    if (form && detail.elt === form) form.dataset.busy = "true";
    if (control?.matches("a, button")) this.work(control);
  }

  ended({ detail }) {
    if (!detail.elt) return;
    this.rest(detail.elt);
    if (detail.elt.busyControl) this.rest(detail.elt.busyControl);
  }

  isHtmx(element) {
    return ["hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"].some((name) => element?.hasAttribute(name));
  }

  work(control) {
    if (control) this.shownBy(control).setAttribute("aria-busy", "true");
  }

  /** A menu closes when an entry is chosen: its button shows the work instead. */
  shownBy(control) {
    const panel = control.closest(".menu-panel");
    return (panel && document.querySelector(`[aria-controls="${panel.id}"]`)) ?? control;
  }

  rest(element) {
    element.removeAttribute("aria-busy");
    this.shownBy(element).removeAttribute("aria-busy");
    const form = element.closest("form");
    if (form) delete form.dataset.busy;
  }
}
