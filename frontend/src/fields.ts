/**
 * Fields of forms: those with a condition come and go while typing, lookups suggest keys, rich text gets buttons.
 * Without this file every field is shown and the server decides, keys are typed, and rich text is plain text or HTML.
 */

type Condition = [string, ...(string | Condition)[]];

const plain = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

/** The values of a control, or null when the form has none of this name. */
function valuesOf(form: HTMLFormElement, code: string): string[] | null {
  const found = [...form.elements].filter((e) => (e as HTMLInputElement).name === code);
  if (!found.length) return null;
  return found.flatMap((element) => {
    if (element instanceof HTMLSelectElement) return [...element.selectedOptions].map((o) => o.value);
    const input = element as HTMLInputElement;
    if (input.type === "radio" || input.type === "checkbox") return input.checked ? [input.value] : [];
    return [input.value];
  }).filter((text) => text.trim() !== "");
}

function ordered(operator: string, left: string, right: string): boolean | null {
  const numbers = [left, right].map((t) => Number(plain(t).replaceAll(",", "")));
  let difference: number;
  if (numbers.every(Number.isFinite)) difference = (numbers[0] ?? 0) - (numbers[1] ?? 0);
  else if ([left, right].every((t) => /^\d{4}-\d\d-\d\d/.test(t))) difference = left < right ? -1 : left > right ? 1 : 0;
  else return null;
  if (operator === "<") return difference < 0;
  if (operator === ">") return difference > 0;
  return operator === "<=" ? difference <= 0 : difference >= 0;
}

function same(left: string, right: string): boolean {
  return plain(left) === plain(right) || (ordered("<=", left, right) === true && ordered(">=", left, right) === true);
}

/** Whether a condition holds; null: only the server can say. */
function holds(form: HTMLFormElement, node: Condition): boolean | null {
  const [operator, ...rest] = node;
  if (operator === "and" || operator === "or") {
    const parts = (rest as Condition[]).map((part) => holds(form, part));
    const decided = operator === "or";
    if (parts.includes(decided)) return decided;
    return parts.includes(null) ? null : !decided;
  }
  const [code, ...wanted] = rest as string[];
  const values = valuesOf(form, code ?? "");
  if (values === null) return null;
  const negative = operator === "!=" || operator.startsWith("not ") || operator === "is not empty";
  let found: boolean | null;
  if (operator.startsWith("is ")) found = !values.length;
  else if (operator.endsWith("like")) found = values.some((v) => plain(v).includes(plain(wanted[0] ?? "")));
  else if (["=", "!=", "in", "not in"].includes(operator)) {
    found = wanted.some((w) => (w === "" ? !values.length : values.some((v) => same(v, w))));
  } else found = values.length ? ordered(operator, values[0] ?? "", wanted[0] ?? "") : false;
  return found === null ? null : found !== negative;
}

function conditional(form: HTMLFormElement): void {
  const rows = [...form.querySelectorAll<HTMLElement>("[data-visible-if]")].map((row) => {
    return { row, condition: JSON.parse(row.dataset.visibleIf ?? "[]") as Condition };
  });
  if (!rows.length) return;
  const update = (): void => rows.forEach(({ row, condition }) => (row.hidden = holds(form, condition) === false));
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}

/** Suggestions for a lookup's key, a moment after typing stops. */
function suggesting(input: HTMLInputElement): void {
  let timer = 0;
  const list = input.list;
  if (!list) return;
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`);
    if (!answer.ok) return;
    const data = (await answer.json()) as { found: { key: string; note: string }[] };
    list.replaceChildren(...data.found.map(({ key, note }) => {
      const option = document.createElement("option");
      option.value = key;
      option.label = note ? `${key}　${note}` : key;
      return option;
    }));
  };
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), 250);
  };
  input.addEventListener("input", later);
  input.addEventListener("focus", later, { once: true });
}

/** Buttons above a rich text; the text area stays what is sent. */
function rich(area: HTMLTextAreaElement): void {
  const editor = document.createElement("div");
  const bar = document.createElement("div");
  editor.className = "input rich rich--edit";
  editor.contentEditable = "true";
  editor.setAttribute("role", "textbox");
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", area.labels?.[0]?.textContent ?? document.querySelector("h1")?.textContent ?? "");
  for (const name of ["aria-describedby", "aria-required", "aria-invalid"]) {
    const value = area.getAttribute(name);
    if (value) editor.setAttribute(name, value);
  }
  bar.className = "btn-row";
  const button = (label: string | undefined, press: () => void): void => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn--small";
    made.textContent = label ?? "";
    made.addEventListener("click", press);
    bar.append(made);
  };
  // What is stored was made safe by the server; what was typed after an error is shown as plain text.
  const parsed = new DOMParser().parseFromString(area.value, "text/html");
  parsed.querySelectorAll("script,style,iframe,object,embed,img,svg,math,form,input,link,meta,base").forEach((e) => e.remove());
  parsed.querySelectorAll("*").forEach((e) => {
    [...e.attributes].forEach((a) => {
      if (a.name !== "href" || !/^(https?:|mailto:|tel:)/i.test(a.value.trim())) e.removeAttribute(a.name);
    });
  });
  editor.append(...parsed.body.childNodes);
  const keep = (): void => {
    area.value = editor.textContent?.trim() ? editor.innerHTML : "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const command = (name: string, value?: string) => (): void => {
    editor.focus();
    document.execCommand(name, false, value);
    keep();
  };
  button(area.dataset.bold, command("bold"));
  button(area.dataset.list, command("insertUnorderedList"));
  button(area.dataset.heading, command("formatBlock", "<h3>"));
  button(area.dataset.source, () => {
    area.hidden = false;
    editor.remove();
    bar.remove();
    area.focus();
  });
  editor.addEventListener("input", keep);
  editor.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData?.getData("text/plain") ?? "");
  });
  // With buttons nobody needs to know about HTML; the hint stays the description of the box.
  const hint = document.getElementById(`${area.id}-hint`);
  if (hint) hint.hidden = true;
  area.hidden = true;
  area.before(bar, editor);
}

export function init(): void {
  document.querySelectorAll<HTMLFormElement>("form").forEach(conditional);
  document.querySelectorAll<HTMLInputElement>("input[data-lookup]").forEach(suggesting);
  document.querySelectorAll<HTMLTextAreaElement>("textarea[data-richtext]").forEach(rich);
}
