/** Lists: select all, count of selected rows, keyboard movement (j/k or arrows, Enter opens). */

function selection(table: HTMLTableElement): void {
  const all = table.querySelector<HTMLInputElement>("[data-select-all]");
  const rows = () => [...table.querySelectorAll<HTMLInputElement>("[data-select-row]")];
  const bar = document.querySelector<HTMLElement>("[data-bulk]");
  const count = document.querySelector<HTMLElement>("[data-bulk-count]");
  const refresh = () => {
    const chosen = rows().filter((r) => r.checked);
    rows().forEach((r) => r.closest("tr")?.classList.toggle("is-selected", r.checked));
    if (bar) bar.hidden = chosen.length === 0;
    if (count) count.textContent = String(chosen.length);
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === rows().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
  };
  all?.addEventListener("change", () => {
    rows().forEach((r) => (r.checked = all.checked));
    refresh();
  });
  table.addEventListener("change", refresh);
  document.querySelector("[data-bulk-clear]")?.addEventListener("click", () => {
    rows().forEach((r) => (r.checked = false));
    refresh();
  });
  refresh();
}

function keyboard(table: HTMLTableElement): void {
  const links = [...table.querySelectorAll<HTMLAnchorElement>("tbody th a, tbody a[data-row-link]")];
  table.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" || event.key === "j" ? 1 : event.key === "ArrowUp" || event.key === "k" ? -1 : 0;
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (!step || at < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
  });
}

export function init(): void {
  document.querySelectorAll<HTMLTableElement>("table[data-list]").forEach((table) => {
    selection(table);
    keyboard(table);
  });
}
