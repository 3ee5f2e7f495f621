import { Controller } from "@hotwired/stimulus";

const PATTERN = /^\s*(\d{4})[/.\- ](\d{1,2})[/.\- ](\d{1,2})\s*$/;

/** Says a typed date (YYYY/MM/DD or YYYY-MM-DD) in words beside the label: 4 March 1985. */
export default class extends Controller {
  static targets = ["input", "words"];

  connect() {
    this.say();
  }

  say() {
    this.wordsTarget.textContent = this.words(PATTERN.exec(this.inputTarget.value));
  }

  words(match) {
    if (!match) return "";
    const [year, month, day] = match.slice(1).map(Number);
    const date = new Date(Date.UTC(year, month - 1, day));
    date.setUTCFullYear(year);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return "";
    // The clinic writes day, month, year in every kind of English.
    const { lang } = document.documentElement;
    const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(lang.startsWith("en") ? "en-GB" : lang, options).format(date);
  }
}
