import { uploadList, type Import } from "../../api/imports";
import { ApiError, isAbort } from "../../api/client";
import { formatSize, percent, tenth } from "../../core/imports";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { fileChooser } from "../../ui/file";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { note, refusal } from "../desk/parts";
import { ti } from "./words";

const accepted = ".csv,.txt,.tsv,.xlsx,.geojson,.json,.gpkg,.zip";

/** Where a file is dropped or chosen; how much of it has been sent is shown, and sending can be given up. */
export function dropZone(done: (imported: Import) => void): HTMLElement {
  const chooser = fileChooser(accepted, (files) => take(files), "button-primary");
  const idle = h("div", { class: "drop-idle" }, h("p", { class: "drop-title" }, icon("upload", 28), h("span", null, h("strong", null, ti("upload.drop")), h("span", { class: "help" }, ti("upload.formats")))), chooser.element);
  const problem = h("div", { role: "alert", class: "drop-problem" });
  const work = h("div", { class: "drop-work" });
  const zone = h("section", { class: "drop", "aria-label": ti("upload") }, idle, work, problem);

  let under: AbortController | null = null;
  const take = (files: FileList | null): void => {
    const [file] = files ?? [];
    chooser.input.value = "";
    if (!file || under) return;
    fill(problem);
    if ((files?.length ?? 0) > 1) return refuse(ti("upload.onlyOne"));
    if (file.size === 0) return refuse(ti("upload.empty", { name: file.name }));
    void send(file);
  };
  const refuse = (text: string): void => fill(problem, note(text, "bad"));

  const send = async (file: File): Promise<void> => {
    const controller = (under = new AbortController());
    const bar = h("progress", { class: "bar bar-wide", max: 100, "aria-label": ti("upload.sending", { name: file.name }) });
    bar.value = 0;
    const said = h("p", { class: "drop-said" });
    const stop = h("button", { type: "button", class: "button", onclick: () => controller.abort() }, t("common.cancel"));
    let told = 0;
    let sent = 0;
    const follow = (bytes: number): void => {
      sent = bytes;
      const share = percent(bytes, file.size);
      bar.value = share;
      said.textContent = bytes >= file.size ? ti("upload.reading", { name: file.name }) : ti("upload.sent", { name: file.name, sent: formatSize(bytes), size: formatSize(file.size) });
      const now = tenth(bytes, file.size);
      if (now === told) return;
      told = now;
      announce(bytes >= file.size ? ti("upload.reading", { name: file.name }) : ti("progress.told", { percent: share }));
    };
    idle.hidden = true;
    fill(work, said, bar, stop);
    follow(0);
    stop.focus();
    try {
      done(await uploadList(file, follow, controller.signal));
    } catch (error) {
      idle.hidden = false;
      chooser.input.focus();
      if (isAbort(error)) return announce(ti("upload.stopped"));
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) return;
      // A server that refuses a file before it is read closes the connection, which a browser cannot tell from a lost one.
      refuse(error.status === 0 && sent > 0 ? ti("upload.cut", { sent: formatSize(sent), size: formatSize(file.size) }) : refusal(error));
    } finally {
      under = null;
      fill(work);
    }
  };

  // Entering a child leaves the parent: only the last leave counts.
  let depth = 0;
  const mark = (on: boolean): void => void zone.classList.toggle("drop-over", on && !under);
  zone.addEventListener("dragenter", (event) => (event.preventDefault(), mark(++depth > 0)));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => mark(--depth > 0));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark((depth = 0) > 0);
    take(event.dataTransfer?.files ?? null);
  });
  return zone;
}
