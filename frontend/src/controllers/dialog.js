import { Controller } from "@hotwired/stimulus";
import { openerOf, returnFocus } from "../dialog_focus.js";
import { formState } from "../form_state.js";

/**
 * A modal dialog. Escape and Close never lose typing: with something typed they ask first.
 * The server closes it with the event dialog:close (HX-Trigger). Focus returns to the opener.
 */
export default class extends Controller {
  static targets = ["guard"];
  static values = { show: Boolean, return: String };

  connect() {
    if (this.showValue) this.show();
  }

  disconnect() {
    this.releaseToasts();
  }

  show() {
    this.opener = openerOf(this.element);
    this.element.removeAttribute("open");
    this.element.showModal();
    this.element.querySelector("[autofocus], .summary")?.focus();
    this.remember();
  }

  /** What stands in the forms now counts as saved (also the event dialog:saved); not so after errors. */
  remember() {
    const hasErrors = this.element.querySelector(".summary, [aria-invalid=true]");
    this.saved = hasErrors ? null : formState(this.element);
    this.guardTarget.hidden = true;
  }

  keydown(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest(":popover-open")) return;
    // Held back here, because a browser may close a dialog on a second Escape whatever "cancel" says.
    event.preventDefault();
    this.ask();
  }

  cancel(event) {
    if (event.target !== this.element) return;
    event.preventDefault();
    this.ask();
  }

  ask() {
    if (formState(this.element) === this.saved) return this.close();
    this.guardTarget.hidden = false;
    return this.guardTarget.querySelector("button").focus();
  }

  keep() {
    this.guardTarget.hidden = true;
    this.element.querySelector(".dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
  }

  /** What was typed is not wanted: it is not offered again either. */
  discard() {
    this.element.dispatchEvent(new CustomEvent("dialog:discarded"));
    this.close();
  }

  closeByServer({ target }) {
    const inside = target.closest?.("dialog");
    if (this.element.open && (!inside || inside === this.element)) this.close();
  }

  close() {
    this.element.close();
  }

  closed(event) {
    if (event.target !== this.element) return;
    this.releaseToasts();
    if (this.returnValue) return window.location.assign(this.returnValue);
    returnFocus(this.element, this.opener);
    document.dispatchEvent(new CustomEvent("dialog:closed", { detail: { id: this.element.id } }));
    return this.showValue && this.removeWhenAnswered();
  }

  /** An answer that is under way still tells the page what has changed: it tells it through what asked. */
  removeWhenAnswered() {
    const asking = this.element.querySelector(".htmx-request");
    if (!asking) return this.element.remove();
    return asking.addEventListener("htmx:afterRequest", () => this.element.remove(), { once: true });
  }

  releaseToasts() {
    const toasts = this.element.querySelector("#toasts");
    if (toasts) document.body.append(toasts);
  }
}
