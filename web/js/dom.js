// Elements, and what is said to people who do not see them.

/** An element. `props`: `on…` are listeners, `class` and others attributes; null and false leave one out, true sets it bare. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  // Text is always text: what a file's cell says never becomes markup.
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts these in place of all that the element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** Tells a screen reader, and shows for a while. */
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, 6000);
}

/** What went wrong, in a box that is read out at once. */
export function alarm(error) {
  const problem = error instanceof Error ? error.message : String(error);
  return h("div", { class: "alarm", role: "alert" }, h("p", {}, problem));
}

/** A button that does its work once at a time; what goes wrong is shown in `place`. */
export function action(label, work, { place = null, ...props } = {}) {
  const button = h("button", { type: "button", ...props }, label);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    place?.querySelectorAll(":scope > .alarm").forEach((old) => old.remove());
    try {
      await work(button);
    } catch (error) {
      if (place) place.append(alarm(error));
      else say(error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  return button;
}

/** A question that needs a yes; resolves to whether it got one. */
export function confirmed(question, yes) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "asked" },
      h("form", { method: "dialog" },
        h("h2", { id: "asked" }, question),
        h("div", { class: "actions" },
          h("button", { value: "no", class: "quiet" }, "Keep it"),
          h("button", { value: "yes", class: "danger" }, yes))));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Has the browser keep bytes as a file. */
export function keep(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** `1,234`, as this browser's language writes it. */
export const count = (number) => new Intl.NumberFormat().format(number);

/** `1 row`, `2 rows`. */
export const many = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A moment as people write it here. */
export const moment = (text) => new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
