import { t } from "../i18n";
import { field, type Field, type FieldOptions } from "./field";
import { fill, h, uniqueId } from "./h";
import { icon } from "./icons";

interface Chooser {
  element: HTMLElement;
  /** What takes the focus, and the keyboard. */
  input: HTMLInputElement;
}

/**
 * A button that chooses a file. A file input speaks the browser's language, which may not be the page's: it stays for the keyboard and
 * for screen readers, and its label is what is seen.
 */
export function fileChooser(accept: string, chosen: (files: FileList | null) => void, look = ""): Chooser {
  const input = h("input", { id: uniqueId("file"), class: "visually-hidden", type: "file", accept, onchange: () => chosen(input.files) });
  return { input, element: h("div", { class: "file" }, input, h("label", { for: input.id, class: `button ${look}` }, icon("upload", 18), t("file.choose"))) };
}

/** A field for one file, with the name of the one that was chosen beside its button. */
export function fileField(options: FieldOptions, accept: string, chosen: (file: File | null) => void): Field {
  const name = h("span", { class: "file-name", role: "status" }, t("file.none"));
  const { input, element } = fileChooser(accept, (files) => {
    const file = files?.[0] ?? null;
    fill(name, file?.name ?? t("file.none"));
    chosen(file);
  });
  const made = field(input, options);
  input.replaceWith(element);
  element.prepend(input);
  element.append(name);
  return made;
}
