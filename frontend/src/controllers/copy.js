import { Controller } from "@hotwired/stimulus";

const SHOWN_MS = 2000;

/** A button that copies data-copy-text-value, or the text of its source target, and says so. */
export default class extends Controller {
  static targets = ["source", "said"];
  static values = { text: String };

  async copy() {
    const text = this.textValue || this.sourceTarget.value || this.sourceTarget.textContent.trim();
    await navigator.clipboard.writeText(text);
    this.saidTarget.hidden = false;
    setTimeout(() => (this.saidTarget.hidden = true), SHOWN_MS);
  }
}
