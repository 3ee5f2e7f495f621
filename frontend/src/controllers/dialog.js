import { Controller } from "@hotwired/stimulus";
import { formState } from "../form_state.js";

// A form that comes back with errors is a new dialog: it still returns the focus to the first opener.
let lastOpener = null;

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
    const active = document.activeElement;
    if (active && active !== document.body && !this.element.contains(active)) lastOpener = active;
    this.opener = lastOpener;
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
    this.returnFocus();
    document.dispatchEvent(new CustomEvent("dialog:closed", { detail: { id: this.element.id } }));
    return this.showValue && this.element.remove();
  }

  /** The browser tells of the closing a moment later: whoever has gone on by then is not pulled back. */
  returnFocus() {
    const active = document.activeElement;
    if (active && active !== document.body && !this.element.contains(active)) return;
    const opener = this.opener?.isConnected ? this.opener : document.getElementById(this.opener?.id || "main");
    opener?.focus({ preventScroll: true });
  }

  releaseToasts() {
    const toasts = this.element.querySelector("#toasts");
    if (toasts) document.body.append(toasts);
  }
}
