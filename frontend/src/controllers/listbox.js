import { Controller } from "@hotwired/stimulus";

/**
 * A search box (input target) over a listbox (list target) whose options htmx swaps in.
 * Arrows move, Enter chooses (clicks the option), the focus stays in the box.
 */
export default class extends Controller {
  static targets = ["input", "list"];

  listTargetConnected(list) {
    this.observer?.disconnect();
    this.observer = new MutationObserver(() => this.forget());
    this.observer.observe(list, { childList: true, subtree: true });
    this.inputTarget.setAttribute("aria-controls", list.id);
    this.forget();
  }

  listTargetDisconnected() {
    if (this.hasInputTarget && !this.hasListTarget) this.inputTarget.removeAttribute("aria-controls");
  }

  disconnect() {
    this.observer?.disconnect();
  }

  get options() {
    return [...this.listTarget.querySelectorAll('[role="option"]:not([aria-disabled="true"])')];
  }

  get active() {
    return this.options.find((option) => "active" in option.dataset);
  }

  keydown(event) {
    if (!this.hasListTarget || event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      this.move(moves[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      (this.active ?? this.options[0])?.click();
    } else if (event.key === "Home" || event.key === "End") {
      if (event.currentTarget !== this.listTarget) return;
      event.preventDefault();
      this.activate(this.options.at(event.key === "Home" ? 0 : -1));
    }
  }

  move(step) {
    const options = this.options;
    const at = options.indexOf(this.active);
    const next = at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length;
    this.activate(options[next]);
  }

  activate(option) {
    if (!option) return;
    this.options.forEach((other) => delete other.dataset.active);
    option.dataset.active = "";
    option.id ||= `option-${crypto.randomUUID()}`;
    [this.inputTarget, this.listTarget].forEach((element) => element.setAttribute("aria-activedescendant", option.id));
    option.scrollIntoView({ block: "nearest" });
  }

  choose(event) {
    const chosen = event.target.closest('[role="option"]');
    if (!chosen || chosen.getAttribute("aria-disabled") === "true") return;
    this.options.forEach((option) => option.setAttribute("aria-selected", String(option === chosen)));
    this.activate(chosen);
  }

  forget() {
    const gone = !document.getElementById(this.inputTarget.getAttribute("aria-activedescendant") ?? "");
    if (!gone) return;
    [this.inputTarget, this.listTarget].forEach((element) => element.removeAttribute("aria-activedescendant"));
  }
}
