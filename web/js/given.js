// A place for a file: dropped, picked or pasted. The service reads it, so that every kind of file that it takes is shown.

import { ask, formOf, userPath } from "./api.js";
import { alarm, fill, h, many, say } from "./dom.js";

// More of a text is not sent to be shown; what is packed, or a workbook, cannot be cut.
const SHOWN_BYTES = 1 << 20;
const SHOWN_ROWS = 100;
const PACKED = [[0x50, 0x4b], [0x1f, 0x8b], [0xfd, 0x37], [0x42, 0x5a], [0x28, 0xb5], [0xd0, 0xcf]];
let places = 0;

/** `{header, rows, more, notes}` of a file's first rows. Throws what the service refuses. */
export async function tableOf(file, header = true) {
  const form = formOf({ input_file: await head(file), rows: SHOWN_ROWS, header });
  return (await ask("POST", userPath("table"), { form })).json();
}

async function head(file) {
  if (file.size <= SHOWN_BYTES) return file;
  const bytes = new Uint8Array(await file.slice(0, SHOWN_BYTES).arrayBuffer());
  if (PACKED.some(([one, two]) => bytes[0] === one && bytes[1] === two) || bytes.includes(0)) return file;
  return new File([bytes.slice(0, bytes.lastIndexOf(10) + 1)], file.name, { type: file.type });
}

/** A file made of a pasted text. */
export const textFile = (content, name) => new File([content], name, { type: "text/csv" });

export class Given {
  /** `taken(file, table)` is called for each file that could be read; `name` is what a pasted text is called. */
  constructor({ title, hint, name, taken, header = () => true, extra = null }) {
    Object.assign(this, { title, hint, name, taken, header, extra, file: null, table: null });
    this.id = `given-${places += 1}`;
    this.element = h("section", { class: "given", "aria-labelledby": `${this.id}-title` });
    for (const kind of ["dragenter", "dragover"]) {
      this.element.addEventListener(kind, (event) => {
        event.preventDefault();
        this.element.classList.add("over");
      });
    }
    this.element.addEventListener("dragleave", () => this.element.classList.remove("over"));
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.element.classList.remove("over");
      const [file] = event.dataTransfer.files;
      const dropped = event.dataTransfer.getData("text/plain");
      if (file) this.take(file);
      else if (dropped) this.take(textFile(dropped, this.name));
    });
    this.showEmpty();
  }

  heading() {
    return h("h3", { id: `${this.id}-title` }, this.title);
  }

  showEmpty() {
    Object.assign(this, { file: null, table: null });
    const picked = h("input", { type: "file", id: `${this.id}-file`, class: "unseen" });
    picked.addEventListener("change", () => picked.files[0] && this.take(picked.files[0]));
    const pasted = h("textarea", { id: `${this.id}-text`, rows: "4", spellcheck: "false", placeholder: "or paste cells or text here" });
    const use = () => pasted.value.trim() && this.take(textFile(pasted.value.endsWith("\n") ? pasted.value : `${pasted.value}\n`, this.name));
    pasted.addEventListener("paste", (event) => {
      const [file] = event.clipboardData.files;
      if (file) {
        event.preventDefault();
        this.take(file);
      } else setTimeout(use);
    });
    fill(this.element, this.heading(), h("p", { class: "hint" }, this.hint),
      h("div", { class: "zone" },
        h("p", {}, "Drop a file here, or "),
        picked, h("label", { for: `${this.id}-file`, class: "button" }, "Choose a file"),
        h("label", { for: `${this.id}-text`, class: "unseen" }, `${this.title}: paste it`),
        pasted, h("button", { type: "button", class: "quiet", onclick: use }, "Use this text")),
      this.extra?.());
  }

  /** Reads a file and shows that it is there; `taken` shows its rows. */
  async take(file) {
    fill(this.element, this.heading(), h("p", { role: "status", class: "busy" }, `Reading ${file.name} …`));
    try {
      this.table = await tableOf(file, this.header());
      this.file = file;
    } catch (error) {
      this.showEmpty();
      this.element.append(alarm(error));
      return;
    }
    say(`${file.name}: ${many(this.table.header.length, "column")}.`);
    this.show([]);
    await this.taken(file, this.table);
  }

  /** The file's name, how it was read, and these elements below. */
  show(below) {
    const shown = `${many(this.table.header.length, "column")}, ${this.table.more ? `more than ${this.table.rows.length} rows` : many(this.table.rows.length, "row")}`;
    fill(this.element, this.heading(),
      h("p", { class: "file" }, h("strong", {}, this.file.name), ` – ${shown} `,
        h("button", { type: "button", class: "quiet small", onclick: () => { this.showEmpty(); this.taken(null, null); } }, "Change")),
      this.table.notes.length ? h("ul", { class: "notes" }, this.table.notes.map((note) => h("li", {}, note))) : null,
      below);
  }
}
