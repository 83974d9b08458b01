/**
 * Working time of a record page (作業時間): tells the server that somebody is at work here.
 * Only while the page is visible and only when there was input since the last time, at most 5 minutes ago;
 * every 30 s and when the page goes out of view. The server counts by its own clock.
 */

const EVERY = 30_000;
const PAUSE = 300_000;
const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

class Watch {
  private lastInput = performance.now();
  private told = performance.now();
  private timer: number | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly url: string,
  ) {}

  begin(): void {
    for (const name of INPUTS) {
      window.addEventListener(name, () => (this.lastInput = performance.now()), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => (document.hidden ? this.hide() : this.show()));
    // Some browsers leave without a visibilitychange; a second stop is harmless.
    window.addEventListener("pagehide", () => this.hide());
    if (!document.hidden) this.run();
  }

  private run(): void {
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.beat(), EVERY);
  }

  private beat(): void {
    const now = performance.now();
    if (document.hidden || this.lastInput <= this.told || now - this.lastInput > PAUSE) return;
    this.told = this.lastInput;
    this.send("beat", (now - this.lastInput) / 1000);
  }

  private show(): void {
    this.lastInput = this.told = performance.now();
    this.send("start", 0);
    this.run();
  }

  private hide(): void {
    if (this.timer === undefined) return;
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.send("stop", 0);
  }

  private body(kind: string, idle: number): URLSearchParams {
    const all = new FormData(this.form);
    const body = new URLSearchParams({ kind, idle: idle.toFixed(1) });
    for (const name of ["csrfmiddlewaretoken", "app", "record"]) body.set(name, String(all.get(name) ?? ""));
    return body;
  }

  private send(kind: string, idle: number): void {
    const body = this.body(kind, idle);
    if (kind === "stop" && navigator.sendBeacon?.(this.url, body)) return;
    fetch(this.url, { method: "POST", body, credentials: "same-origin", keepalive: true }).then(
      (answer) => {
        // Signed out or no longer allowed: stop asking.
        if (answer.status >= 400 && answer.status < 500) window.clearInterval(this.timer);
      },
      () => undefined,
    );
  }
}

export function init(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-worktime]");
  const url = form?.dataset.worktime;
  if (form && url) new Watch(form, url).begin();
}
