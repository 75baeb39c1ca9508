// The key and the user's name, asked once in a tab.

import { ask, session, keyRefused } from "./api.js";
import { alarm, h, say } from "./dom.js";

let asking = null;

/** Asks for key and name where the tab has none; resolves when they hold. */
export function signedIn() {
  if (session.key && session.user) return Promise.resolve();
  asking ??= asked().finally(() => { asking = null; });
  return asking;
}

/** Shows who is signed in, and offers to change it. */
export function showWho() {
  const button = document.getElementById("who");
  const shown = () => { button.textContent = session.user ? `${session.user}: sign out` : "Sign in"; };
  button.addEventListener("click", async () => {
    if (session.user) {
      session.close();
      location.reload();
      return;
    }
    await signedIn();
    shown();
  });
  keyRefused.addEventListener("refused", () => {
    session.close();
    shown();
    signedIn().then(shown);
  });
  shown();
  return shown;
}

function asked() {
  return new Promise((resolve) => {
    const key = h("input", { id: "key", type: "password", autocomplete: "off", required: true });
    const user = h("input", { id: "user", autocomplete: "username", required: true, pattern: "[A-Za-z0-9._@\\-]{1,128}",
      title: "Letters, digits and . _ @ - only" });
    const wrong = h("div");
    const form = h("form", { method: "dialog" },
      h("h2", { id: "sign-in" }, "Who are you?"),
      h("p", {}, "The service's key, and the name that your jobs are kept under. Both stay in this tab, and are forgotten when you close it."),
      h("label", { for: "user" }, "Your name"), user,
      h("label", { for: "key" }, "Key"), key,
      h("p", { class: "hint" }, "On the machine that serves this: the file data/api_key."),
      wrong,
      h("div", { class: "actions" }, h("button", { class: "main" }, "Go on")));
    const dialog = h("dialog", { "aria-labelledby": "sign-in" }, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      session.open(key.value.trim(), user.value.trim());
      try {
        await ask("GET", `users/${encodeURIComponent(session.user)}/jobs?limit=1`);
      } catch (error) {
        session.close();
        wrong.replaceChildren(alarm(error));
        key.focus();
        return;
      }
      dialog.close();
      dialog.remove();
      say(`Signed in as ${session.user}.`);
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
    user.focus();
  });
}
