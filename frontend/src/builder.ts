/**
 * The builder: every button works by posting a form. Here the page is not loaded anew for it, settings are kept while
 * they are typed, and pieces can be dragged with mouse or finger, or moved with Alt and the arrow keys.
 */

const PARTS = ["draftbar", "palette", "canvas", "panel"];
const WHERE = ["before", "after", "left", "right", "inside"];

function status(text: string): void {
  const place = document.querySelector<HTMLElement>("[data-desk-status]");
  if (place) place.textContent = text;
}

/** Post an edit and put what came back in place of the old parts. `keep`: leave the settings alone, they are being typed in. */
async function send(desk: HTMLElement, data: FormData, keep: boolean): Promise<void> {
  status(desk.dataset.saving ?? "");
  try {
    const answer = await fetch(desk.dataset.url ?? "", { method: "POST", body: data, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("[data-builder]")) throw new Error(String(answer.status));
    if (!answer.ok && keep) {
      const said = page.querySelector("#panel [data-error-summary] li")?.textContent ?? "";
      status(`${desk.dataset.refused ?? ""}${said}`);
      if (answer.status !== 409) return;
    }
    show(desk, page, keep && answer.ok);
    if (answer.redirected) history.replaceState(null, "", answer.url.split("#")[0] ?? "");
    if (answer.ok) status(desk.dataset.saved ?? "");
  } catch {
    status(desk.dataset.failed ?? "");
  }
}

function show(desk: HTMLElement, page: Document, keep: boolean): void {
  for (const id of PARTS) {
    if (keep && id === "panel") continue;
    const old = document.getElementById(id);
    const made = page.getElementById(id);
    if (old && made) old.replaceWith(document.importNode(made, true));
  }
  const revision = page.querySelector<HTMLElement>("[data-builder]")?.dataset.revision ?? "";
  desk.dataset.revision = revision;
  desk.querySelectorAll<HTMLInputElement>("input[name=revision]").forEach((input) => { input.value = revision; });
  const notices = page.querySelector(".messages, [role=alert]");
  if (notices && !keep) status(notices.textContent?.trim() ?? "");
  handles(desk);
  if (!keep) document.querySelector<HTMLElement>(".piece.is-on .piece__pick")?.focus({ preventScroll: true });
}

function edit(desk: HTMLElement, values: Record<string, string>): void {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", desk.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "");
  data.set("revision", desk.dataset.revision ?? "");
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  void send(desk, data, false);
}

interface Drop { target: HTMLElement; where: string }

/** Where a piece would land at this point. */
function dropAt(x: number, y: number, moved: HTMLElement): Drop | null {
  const target = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-piece]");
  if (!target || moved.contains(target)) return null;
  const box = target.getBoundingClientRect();
  const across = (x - box.left) / box.width;
  const down = (y - box.top) / box.height;
  const leaves = target.dataset.kind === "leaf" && moved.dataset.kind === "leaf";
  if (leaves && across < 0.25) return { target, where: "left" };
  if (leaves && across > 0.75) return { target, where: "right" };
  if (target.dataset.kind === "group" && moved.dataset.kind !== "group" && down > 0.2 && down < 0.8) return { target, where: "inside" };
  return { target, where: down < 0.5 ? "before" : "after" };
}

function mark(drop: Drop | null): void {
  document.querySelectorAll("[data-piece]").forEach((piece) => piece.classList.remove(...WHERE.map((w) => `to-${w}`)));
  drop?.target.classList.add(`to-${drop.where}`);
}

function handles(desk: HTMLElement): void {
  desk.querySelectorAll<HTMLElement>(".piece [data-handle]").forEach((handle) => {
    const piece = handle.closest<HTMLElement>("[data-piece]");
    if (!piece) return;
    handle.hidden = false;
    let drop: Drop | null = null;
    let active = false;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      active = true;
      handle.setPointerCapture(event.pointerId);
      piece.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!active) return;
      if (event.clientY < 60) window.scrollBy(0, -12);
      if (event.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
      drop = dropAt(event.clientX, event.clientY, piece);
      mark(drop);
    });
    const end = (keep: boolean): void => {
      if (!active) return;
      active = false;
      piece.classList.remove("is-dragged");
      mark(null);
      if (keep && drop) edit(desk, { op: "place", key: piece.dataset.piece ?? "", target: drop.target.dataset.piece ?? "", where: drop.where });
      drop = null;
    };
    handle.addEventListener("pointerup", () => end(true));
    handle.addEventListener("pointercancel", () => end(false));
  });
}

const ARROWS: Record<string, string> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

function start(desk: HTMLElement): void {
  handles(desk);
  desk.addEventListener("keydown", (event) => {
    const piece = (event.target as HTMLElement).closest<HTMLElement>(".piece__pick")?.closest<HTMLElement>("[data-piece]");
    const op = ARROWS[event.key];
    if (!event.altKey || !op || !piece) return;
    event.preventDefault();
    edit(desk, { op, key: piece.dataset.piece ?? "" });
  });
  desk.addEventListener("submit", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-edit]");
    if (!form) return;
    event.preventDefault();
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    void send(desk, data, false);
  });
  desk.addEventListener("change", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-autosave]");
    if (form) void send(desk, new FormData(form), true);
  });
}

/** The old sheet beside the builder grows and shrinks. */
function papers(): void {
  document.querySelectorAll<HTMLElement>("[data-zoom-of]").forEach((button) => {
    button.addEventListener("click", (event) => {
      const view = document.getElementById(button.dataset.zoomOf ?? "");
      if (!view) return;
      event.preventDefault();
      view.className = view.className.replace(/zoom-\d+/, `zoom-${button.dataset.zoom ?? "100"}`);
    });
  });
}

export function init(): void {
  document.querySelectorAll<HTMLElement>("[data-builder]").forEach(start);
  papers();
}
