/**
 * The builder's list of fields can be dragged with a pointer. The buttons 上へ/下へ work without this file
 * and stay the way for the keyboard; dragging posts the same form with the new order.
 */

function send(list: HTMLElement): void {
  const form = list.closest("form");
  const status = form?.querySelector<HTMLElement>("[data-order-status]");
  if (!form) return;
  if (status) status.textContent = list.dataset.saving ?? "";
  delete form.dataset.sent;
  form.requestSubmit();
}

function rowUnder(list: HTMLElement, x: number, y: number): HTMLElement | null {
  const row = document.elementFromPoint(x, y)?.closest<HTMLElement>("li[data-code]") ?? null;
  return row && row.parentElement === list ? row : null;
}

function place(list: HTMLElement, row: HTMLElement, over: HTMLElement, y: number): void {
  const box = over.getBoundingClientRect();
  list.insertBefore(row, y < box.top + box.height / 2 ? over : over.nextSibling);
}

function sortable(list: HTMLElement): void {
  list.querySelectorAll<HTMLElement>("[data-handle]").forEach((handle) => {
    handle.hidden = false;
    const row = handle.closest<HTMLElement>("li[data-code]");
    if (!row) return;
    let before: string | null = null;
    const order = () => [...list.children].map((li) => (li as HTMLElement).dataset.code).join("\n");
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      before = order();
      handle.setPointerCapture(event.pointerId);
      row.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (before === null) return;
      const over = rowUnder(list, event.clientX, event.clientY);
      if (over && over !== row) place(list, row, over, event.clientY);
    });
    const end = (keep: boolean) => {
      if (before === null) return;
      const changed = order() !== before;
      before = null;
      row.classList.remove("is-dragged");
      if (changed && keep) send(list);
      else if (changed) window.location.reload();
    };
    handle.addEventListener("pointerup", () => end(true));
    handle.addEventListener("pointercancel", () => end(false));
  });
}

export function init(): void {
  document.querySelectorAll<HTMLElement>("[data-sortable]").forEach(sortable);
}
