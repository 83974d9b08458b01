/** Cells of a list edited in place: a click or Enter opens, Enter saves, Esc leaves, Tab saves and goes on. */

const PIECE = { "X-Piece": "1" };

function token(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function values(box: HTMLElement): FormData {
  const data = new FormData();
  box.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("[name]").forEach((control) => {
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type) && !control.checked) return;
    if (control instanceof HTMLSelectElement && control.multiple) {
      [...control.selectedOptions].forEach((o) => data.append(control.name, o.value));
    } else data.append(control.name, control.value);
  });
  return data;
}

class Editing {
  private readonly before: string;
  private readonly url: string;
  private busy = false;

  constructor(private readonly cell: HTMLElement, link: HTMLAnchorElement) {
    this.before = cell.innerHTML;
    this.url = link.pathname;
  }

  async open(): Promise<void> {
    const answer = await fetch(this.url, { headers: PIECE });
    if (!answer.ok) return void (location.href = this.url);
    this.show(await answer.text());
  }

  private show(html: string): void {
    this.cell.innerHTML = html;
    this.cell.classList.add("is-editing");
    const box = this.cell.querySelector<HTMLElement>("[data-cell-form]");
    if (!box) return;
    box.addEventListener("keydown", (event) => this.key(event));
    box.querySelector("[data-cell-save]")?.addEventListener("click", () => void this.save(0));
    box.querySelector("[data-cell-cancel]")?.addEventListener("click", () => this.close(this.before));
    box.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const target = event.target as HTMLElement;
    const choosing = target.matches("input[type=radio], input[type=checkbox]") || !!target.closest("[data-pick]");
    if (event.key === "Escape") {
      event.preventDefault();
      this.close(this.before);
    } else if (event.key === "Enter" && !target.matches("button, a") && (!target.matches("textarea") || event.ctrlKey)) {
      event.preventDefault();
      void this.save(0);
    } else if (event.key === "Tab" && !choosing && !target.matches("button")) {
      event.preventDefault();
      void this.save(event.shiftKey ? -1 : 1);
    }
  }

  private close(html: string): void {
    this.cell.innerHTML = html;
    this.cell.classList.remove("is-editing");
    this.cell.querySelector<HTMLElement>("a")?.focus();
  }

  private async save(step: number): Promise<void> {
    const box = this.cell.querySelector<HTMLElement>("[data-cell-form]");
    if (!box || this.busy) return;
    this.busy = true;
    try {
      const answer = await fetch(this.url, { method: "POST", headers: { ...PIECE, "X-CSRFToken": token() }, body: values(box) });
      const html = await answer.text();
      if (answer.status === 422 || answer.status === 409) return this.show(html);
      if (!answer.ok) return void (location.href = this.url);
      this.close(html);
      if (step) next(this.cell, step);
    } finally {
      this.busy = false;
    }
  }
}

function next(cell: HTMLElement, step: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-cell-edit]")];
  const link = links[links.findIndex((l) => cell.contains(l)) + step];
  if (link?.parentElement) void new Editing(link.parentElement, link).open();
}

export function init(): void {
  document.querySelectorAll<HTMLTableElement>("table[data-list]").forEach((table) =>
    table.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("[data-cell-edit]");
      if (!link?.parentElement || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      void new Editing(link.parentElement, link).open();
    }),
  );
}
