import type { Import } from "../../api/imports";
import { formatSize, percent, tenth } from "../../core/imports";
import { announce } from "../../ui/announce";
import { sentence } from "../../i18n/served";
import { fill, h } from "../../ui/h";
import type { StepView } from "./one";
import { ti } from "./words";

/** The server at work: what it is doing and how far it is, as it says itself. A screen reader hears each tenth. */
export function progressView(first: Import): StepView {
  const heading = h("h3", { tabindex: -1 }, ti(`working.${first.stage}`));
  const bar = h("progress", { class: "bar bar-wide", max: 100, "aria-label": ti("progress") });
  const said = h("p", { class: "progress-said" });
  let told = 0;
  let before = "";
  const update = ({ progress, size }: Import): void => {
    if (!progress) {
      bar.removeAttribute("value");
      return fill(said, ti("progress.begins"));
    }
    const { what, done, total } = progress;
    const share = percent(done, total);
    if (total > 0) bar.value = share;
    else bar.removeAttribute("value");
    fill(said, h("strong", null, sentence(what)), " ", total > 0 ? ti("progress.of", { ...(total === size ? { done: formatSize(done), total: formatSize(total) } : { done, total }), percent: share }) : null);
    const now = tenth(done, total);
    if (what === before && now <= told) return;
    if (what !== before || now > told) announce(ti("progress.part", { what, percent: share }));
    [before, told] = [what, now];
  };
  update(first);
  return {
    heading,
    update,
    element: h("div", { class: "desk-scroll" }, h("section", { class: "card progress-card" }, heading, said, bar, h("p", { class: "help" }, ti(first.stage === "staging" ? "progress.leave" : "progress.leaveCommit")))),
  };
}
