import { Controller } from "@hotwired/stimulus";

/** A search box: Escape empties it first, before it may close anything. */
export default class extends Controller {
  static targets = ["input"];

  escape(event) {
    if (event.key !== "Escape" || !this.inputTarget.value) return;
    event.preventDefault();
    event.stopPropagation();
    this.inputTarget.value = "";
    this.inputTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
