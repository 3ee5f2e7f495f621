import { Controller } from "@hotwired/stimulus";

const TONES = ["ok", "info", "warn", "error"];

/** Where toasts stand. The server adds one with HX-Trigger: {"toast": {"message": "…", "tone": "ok"}}. */
export default class extends Controller {
  static targets = ["template", "list"];

  add({ detail }) {
    const tone = TONES.includes(detail.tone) ? detail.tone : "info";
    const toast = this.templateTargets.find((template) => template.dataset.tone === tone).content.cloneNode(true);
    toast.querySelector("[data-words]").textContent = detail.message ?? detail.value;
    // The rest of the page is inert while a dialog is open: the toasts go into it (and it lets them out again).
    const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
    if (this.element.parentElement !== host) host.append(this.element);
    this.listTarget.append(toast);
  }
}
