import { Controller } from "@hotwired/stimulus";
import htmx from "../htmx.js";

/** The command palette: Ctrl or Command K, type, Enter. What it finds comes from the server and the listbox moves in it. */
export default class extends Controller {
  static targets = ["dialog", "input", "patient"];

  press(event) {
    const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isShortcut) return;
    // The browser's own search bar must not open over a dialog either.
    event.preventDefault();
    if (!document.querySelector("dialog:modal")) this.show();
  }

  show() {
    this.patientTarget.value = document.querySelector("[data-patient]")?.dataset.patient ?? "";
    this.inputTarget.value = "";
    this.answered = null;
    this.dialogController.show();
    this.inputTarget.focus();
    this.inputTarget.dispatchEvent(new Event("search"));
  }

  /** Enter before the answer to what is typed: the first of that answer is meant, not what stands there from before. */
  hold(event) {
    this.isHeld = event.key === "Enter" && event.target === this.inputTarget && this.answered !== this.inputTarget.value;
    if (!this.isHeld) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** After settling: only then do the options that came listen. */
  found({ detail: { target, requestConfig } }) {
    this.answered = requestConfig.parameters.q;
    if (!this.isHeld || this.answered !== this.inputTarget.value) return;
    this.isHeld = false;
    target.querySelector('[role="option"]:not([aria-disabled="true"])')?.click();
  }

  go({ currentTarget: { dataset } }) {
    this.dialogController.close();
    if (dataset.opens === "dialog") htmx.ajax("GET", dataset.url, { target: "#dialog-host", swap: "innerHTML" });
    else if (dataset.opens === "new_tab") window.open(dataset.url, "_blank", "noopener");
    else location.assign(dataset.url);
  }

  get dialogController() {
    return this.application.getControllerForElementAndIdentifier(this.dialogTarget, "dialog");
  }
}
