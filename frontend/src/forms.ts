/** Forms: focus on the first error, one submission per press, warning before unsaved changes are lost. */

function focusFirstError(): void {
  const summary = document.querySelector<HTMLElement>("[data-error-summary]");
  if (summary) summary.focus();
}

/** A double tap sends once; the server refuses the second one too. */
function guardDoubleSubmit(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // A back-button visit shows the page from the cache: let it be sent again then.
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
}

function warnUnsaved(form: HTMLFormElement): void {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

/** `<select data-autosubmit>` sends its form at once; without JavaScript a button does it. */
function autosubmit(field: HTMLSelectElement): void {
  field.addEventListener("change", () => field.form?.requestSubmit());
  field.form?.querySelectorAll<HTMLElement>("[data-without-js]").forEach((e) => (e.hidden = true));
}

export function init(): void {
  focusFirstError();
  document.querySelectorAll<HTMLFormElement>("form[method=post]").forEach(guardDoubleSubmit);
  document.querySelectorAll<HTMLFormElement>("form[data-warn-unsaved]").forEach(warnUnsaved);
  document.querySelectorAll<HTMLSelectElement>("select[data-autosubmit]").forEach(autosubmit);
  document.querySelectorAll<HTMLElement>("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
