/** Boards: a card dropped on a column, or moved with Shift and an arrow, presses the button of its menu. */

const columnsOf = (board: HTMLElement): HTMLElement[] => [...board.querySelectorAll<HTMLElement>("[data-column]")];

function buttonTo(card: Element, column: HTMLElement): HTMLButtonElement | undefined {
  return [...card.querySelectorAll<HTMLButtonElement>("button[data-to]")].find((b) => b.dataset.to === column.dataset.column);
}

function dragging(board: HTMLElement): void {
  let card: HTMLElement | null = null;
  const clear = () => {
    card?.classList.remove("is-dragged");
    columnsOf(board).forEach((c) => c.classList.remove("is-target", "is-closed"));
    card = null;
  };
  board.addEventListener("dragstart", (event) => {
    card = (event.target as Element).closest<HTMLElement>("[data-card]");
    if (!card) return;
    event.dataTransfer?.setData("text/plain", card.id);
    card.classList.add("is-dragged");
    for (const column of columnsOf(board)) {
      column.classList.toggle("is-closed", !column.contains(card) && !buttonTo(card, column));
    }
  });
  board.addEventListener("dragover", (event) => {
    const column = (event.target as Element).closest<HTMLElement>("[data-column]");
    columnsOf(board).forEach((c) => c.classList.toggle("is-target", c === column && !!card && !!buttonTo(card, c)));
    if (card && column && buttonTo(card, column)) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = (event.target as Element).closest<HTMLElement>("[data-column]");
    const button = card && column ? buttonTo(card, column) : undefined;
    event.preventDefault();
    clear();
    button?.click();
  });
  board.addEventListener("dragend", clear);
}

function keyboard(board: HTMLElement): void {
  board.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const card = (event.target as Element).closest<HTMLElement>("[data-card]");
    if (!step || !card || !event.shiftKey) return;
    const columns = columnsOf(board);
    for (let at = columns.findIndex((c) => c.contains(card)) + step; columns[at]; at += step) {
      const button = buttonTo(card, columns[at]);
      if (!button) continue;
      event.preventDefault();
      button.click();
      return;
    }
  });
}

export function init(): void {
  document.querySelectorAll<HTMLElement>("[data-board]").forEach((board) => {
    dragging(board);
    keyboard(board);
    if (location.hash) board.querySelector<HTMLElement>(`[id="${CSS.escape(location.hash.slice(1))}"] a`)?.focus();
  });
}
