// A form that is sent without htmx leaves the page. Before it does, the page makes sure that it will arrive: a session
// that has ended, a token of an earlier sign-in, or no network would cost everything that was typed.
import { askSession, isSomebodys, tellOver } from "./session.js";
import { sayFailed } from "./failures.js";

const sure = new WeakSet();
const isHtmx = (element) => ["hx-post", "hx-get"].some((name) => element?.hasAttribute(name));

document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    const leaves = isSomebodys && form.method === "post" && !isHtmx(form) && !isHtmx(submitter) && !("unguarded" in form.dataset);
    if (!leaves || sure.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    submitter?.setAttribute("aria-busy", "true");
    const standing = await askSession({ isUse: true });
    submitter?.removeAttribute("aria-busy");
    if (standing === "out") return tellOver();
    if (standing === "unreachable") return sayFailed("saysUnreachable");
    sure.add(form);
    // Not while the first press is still being told of: a browser drops a second one then.
    return setTimeout(() => form.requestSubmit(submitter));
  },
  true,
);
