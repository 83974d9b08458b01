/** Replaced by its room. */
export function init(): void {}
