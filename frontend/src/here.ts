/**
 * `<div data-location>` with a hidden `<button data-here>`: fills latitude and longitude with where the device is.
 * Asked only when pressed; without JavaScript, or when it is refused, the numbers are typed.
 */

const WAIT_MS = 15000;
/** Five decimals are about a metre; more would only look exact. */
const DECIMALS = 5;

function setup(place: HTMLElement): void {
  const button = place.querySelector<HTMLButtonElement>("[data-here]");
  const said = place.querySelector<HTMLElement>("[data-here-said]");
  const inputs = place.querySelectorAll<HTMLInputElement>("input");
  if (!button || !said || inputs.length < 2 || !("geolocation" in navigator)) return;
  const say = (key: string): void => {
    said.textContent = button.dataset[key] ?? "";
    button.disabled = key === "waiting";
  };
  button.closest<HTMLElement>("[hidden]")?.removeAttribute("hidden");
  button.addEventListener("click", () => {
    say("waiting");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        [coords.latitude, coords.longitude].forEach((value, n) => {
          inputs[n].value = value.toFixed(DECIMALS);
          inputs[n].dispatchEvent(new Event("input", { bubbles: true }));
        });
        say("found");
      },
      (problem) => say(problem.code === problem.PERMISSION_DENIED ? "refused" : "failed"),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60000 },
    );
  });
}

export function init(): void {
  document.querySelectorAll<HTMLElement>("[data-location]").forEach(setup);
}
