const kept = "dealmap.shortcuts";

/** Whether single keys act: whoever dictates or types with a switch turns them off, on all screens (WCAG 2.1.4). */
export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(kept) !== "off";
  } catch {
    return true;
  }
}

export function keepShortcuts(on: boolean): void {
  try {
    if (on) localStorage.removeItem(kept);
    else localStorage.setItem(kept, "off");
  } catch {
    // A browser that keeps nothing has them on at each visit.
  }
}
