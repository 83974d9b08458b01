/**
 * Tables inside forms (テーブル): rows are added, removed and moved in the page. Without this file the same buttons post
 * the form and the server answers with the changed rows.
 */

const NEW = "xnewx";
let made = 0;

function rowsOf(body: HTMLElement): HTMLElement[] {
  return [...body.querySelectorAll<HTMLElement>(":scope > [data-rowset-row]")];
}

/** The words of a row name its place; places change when rows come, go and move. */
function number(body: HTMLElement): void {
  rowsOf(body).forEach((row, place) => {
    const words = (e: HTMLElement): string => (e.dataset.words ?? "").replace("{n}", String(place + 1));
    const label = row.querySelector<HTMLElement>("[data-rowset-place]");
    if (label) label.textContent = words(label);
    row.querySelectorAll<HTMLElement>("button[data-words]").forEach((b) => b.setAttribute("aria-label", words(b)));
  });
}

function firstControl(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>("td input:not([type=hidden]), td select, td textarea");
}

function fresh(template: HTMLTemplateElement): HTMLElement | null {
  const key = `n${(made += 1)}`;
  const row = template.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!row) return null;
  for (const element of [row, ...row.querySelectorAll<HTMLElement>("*")]) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes(NEW)) attribute.value = attribute.value.replaceAll(NEW, key);
    }
  }
  return row;
}

class Rowset {
  private body: HTMLElement;
  private template: HTMLTemplateElement;
  private add: HTMLElement;
  private status: HTMLElement | null;

  constructor(private root: HTMLElement, body: HTMLElement, template: HTMLTemplateElement, add: HTMLElement) {
    this.body = body;
    this.template = template;
    this.add = add;
    this.status = root.querySelector<HTMLElement>("[data-rowset-status]");
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.querySelectorAll<HTMLElement>("[data-rowset-keys]").forEach((e) => (e.hidden = false));
  }

  private say(what: "added" | "removed" | "moved"): void {
    number(this.body);
    if (this.status) this.status.textContent = this.status.dataset[what] ?? "";
    this.root.dispatchEvent(new Event("input", { bubbles: true })); // the page has unsaved changes now
  }

  private clicked(event: MouseEvent): void {
    const button = (event.target as HTMLElement).closest<HTMLElement>("button[name=_table]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest<HTMLElement>("[data-rowset-row]");
    if (button === this.add) this.append();
    else if (row && "rowsetRemove" in button.dataset) this.remove(row);
    else if (row) this.move(row, Number(button.dataset.rowsetMove), button);
  }

  private pressed(event: KeyboardEvent): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-rowset-row]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.move(row, event.key === "ArrowUp" ? -1 : 1, event.target as HTMLElement);
  }

  private append(): void {
    const row = fresh(this.template);
    if (!row) return;
    this.body.append(row);
    this.say("added");
    firstControl(row)?.focus();
  }

  private remove(row: HTMLElement): void {
    const next = (row.nextElementSibling ?? row.previousElementSibling) as HTMLElement | null;
    row.remove();
    this.say("removed");
    (next?.querySelector<HTMLElement>("[data-rowset-remove]") ?? this.add).focus();
  }

  private move(row: HTMLElement, by: number, focused: HTMLElement): void {
    const other = (by < 0 ? row.previousElementSibling : row.nextElementSibling) as HTMLElement | null;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    focused.focus();
    this.say("moved");
  }
}

export function init(): void {
  document.querySelectorAll<HTMLElement>("[data-rowset]").forEach((root) => {
    const body = root.querySelector<HTMLElement>("[data-rowset-rows]");
    const template = root.querySelector<HTMLTemplateElement>("template[data-rowset-new]");
    const add = root.querySelector<HTMLElement>("[data-rowset-add]");
    if (body && template && add) new Rowset(root, body, template, add);
  });
}
