import { Controller } from "@hotwired/stimulus";

/** Tells the style sheet how tall the sticky head is, so that table heads stick below it. */
export default class extends Controller {
  connect() {
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.element);
    this.measure();
  }

  disconnect() {
    this.observer.disconnect();
  }

  measure() {
    const sticks = getComputedStyle(this.element).position === "sticky";
    const height = sticks ? this.element.getBoundingClientRect().height : 0;
    document.documentElement.style.setProperty("--sticky-top", `${height}px`);
  }
}
