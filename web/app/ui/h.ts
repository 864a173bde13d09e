/** Builds DOM without HTML strings: text is always text, and nothing needs an inline style or script. */
export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Handlers = { [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
type Attributes = { readonly [name: string]: unknown };
export type Props = Handlers & Attributes;

/** Names set as properties because the attribute means something else or does nothing later. */
const asProperty = new Set(["value", "checked", "disabled", "selected", "indeterminate", "required", "readOnly", "hidden", "inert", "multiple"]);

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props?: Props | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  append(element, children);
  return element;
}

function setProp(element: HTMLElement, name: string, value: unknown): void {
  if (name.startsWith("on") && typeof value === "function") {
    element.addEventListener(name.slice(2), value as EventListener);
  } else if (asProperty.has(name)) {
    (element as unknown as Record<string, unknown>)[name] = value;
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, String(value));
  }
}

export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (typeof child === "object" && !(child instanceof Node)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything in an element. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

let lastId = 0;

/** An id for aria-* and for=, unique in the page. */
export const uniqueId = (prefix: string): string => `${prefix}-${++lastId}`;

/** Runs once after a pause in calls; `longest` after the first of calls that never pause. */
export function debounce(milliseconds: number, run: () => void, longest = Infinity): { (): void; now(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Infinity;
  const later = (): void => {
    clearTimeout(timer);
    const now = performance.now();
    due = Math.min(due, now + longest);
    timer = setTimeout(() => {
      due = Infinity;
      run();
    }, Math.max(0, Math.min(milliseconds, due - now)));
  };
  const cancel = (): void => {
    clearTimeout(timer);
    due = Infinity;
  };
  return Object.assign(later, {
    cancel,
    now(): void {
      cancel();
      run();
    },
  });
}
