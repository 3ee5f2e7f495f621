import { Controller } from "@hotwired/stimulus";

import { announce } from "../announce.js";

const TONES = ["ok", "info", "warn", "error"];

/** Where toasts stand. The server adds one with HX-Trigger:
 *  {"toast": {"message": "…", "tone": "ok", "url": "/where/it/leads/", "link": "and what the link is called"}},
 *  or several of them: {"toast": {"several": [{…}, {…}]}}.
 *  The tone "quiet" is for what the page itself shows already: it is said to screen readers alone. */
export default class extends Controller {
  static targets = ["template", "list"];

  add({ detail }) {
    (detail.several ?? [detail]).forEach((one) => this.say(one));
  }

  say(detail) {
    if (detail.tone === "quiet") return announce(detail.message);
    const tone = TONES.includes(detail.tone) ? detail.tone : "info";
    const toast = this.templateTargets.find((template) => template.dataset.tone === tone).content.cloneNode(true);
    const words = toast.querySelector("[data-words]");
    words.textContent = detail.message ?? detail.value;
    // What is said with every pause of typing stands there once.
    const standing = [...this.listTarget.querySelectorAll("[data-words]")];
    if (standing.some((one) => one.textContent === words.textContent)) return;
    // Only within these pages, and in a tab of its own: what is open here stays as it is.
    if (/^\/(?!\/)/.test(detail.url ?? "")) {
      const link = Object.assign(document.createElement("a"), { href: detail.url, textContent: detail.link });
      Object.assign(link, { className: "link", target: "_blank", rel: "noopener" });
      words.append(" ", link);
    }
    // The rest of the page is inert while a dialog is open: the toasts go into it (and it lets them out again).
    const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
    if (this.element.parentElement !== host) host.append(this.element);
    this.listTarget.append(toast);
  }
}
