import { getCheckpoints, getVerification, proveConsistency, startVerification, type Checkpoint, type Checkpoints, type Finding, type LogName, type Verification } from "../../api/desk";
import { verdict } from "../../core/audit";
import { formatMoment, formatNumber } from "../../core/format";
import { consistent, readNote, signedBy, type Note } from "../../core/merkle";
import { announce } from "../../ui/announce";
import { field } from "../../ui/field";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import type { OpenPage } from "../desk/desk";
import { act, copyable, facts, failure, load, moment, note } from "../desk/parts";
import { ApiError } from "../../api/client";
import { tu } from "./words";

/** Signed checkpoints, the verification of both logs, and the comparison with a checkpoint that was kept elsewhere. */
export function proofsPage(): OpenPage {
  const latest = h("div", null);
  let key = "";
  const read = (): Promise<void> =>
    load(latest, getCheckpoints, (told: Checkpoints) => {
      key = told.key;
      fill(latest, checkpointCards(told));
    });
  const verification = verifyPart(() => void read());
  void read();
  return {
    element: h(
      "div",
      { class: "desk-scroll" },
      h("div", { class: "desk-lead" }, h("p", null, tu("proofs.explain1")), h("p", null, tu("proofs.explain2"))),
      verification.element,
      h("section", { class: "desk-section" }, h("h3", null, tu("proofs.latest")), latest),
      comparePart(() => key),
    ),
    destroy: verification.destroy,
  };
}

function checkpointCards({ key, checkpoints }: Checkpoints): HTMLElement {
  return h(
    "div",
    { class: "checkpoints" },
    ...(checkpoints.length === 0 ? [note(tu("check.none"))] : checkpoints.map((checkpoint) => checkpointCard(checkpoint, key))),
    h("section", { class: "card card-wide" }, h("h4", null, tu("check.key")), h("p", { class: "help" }, tu("check.keyHelp")), copyable(key, tu("check.key"))),
  );
}

/** What a log is called; that of a node by its name too, where there are several. */
const titleOf = ({ log, node }: { log: LogName; node?: string }): string => (node === undefined ? tu(`log.${log}`) : tu("log.of", { log: tu(`log.${log}`), node }));

function checkpointCard(checkpoint: Checkpoint, key: string): HTMLElement {
  const { log, node, size, root, at, note: text } = checkpoint;
  const signature = h("span", null, "…");
  void signedBy(text, key).then((good) => {
    signature.textContent = tu(good === null ? "check.unknown" : good ? "check.signed" : "check.unsigned");
    signature.className = good === null ? "" : `badge ${good ? "badge-good" : "badge-bad"}`;
  });
  const save = (): void => {
    const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "text/plain" })), download: `${log}${node === undefined ? "" : `-${node}`}-${size}.txt` });
    link.click();
    // The browser has taken the address over by the time of the next task.
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
  };
  return h(
    "section",
    { class: "card" },
    h("h4", null, titleOf(checkpoint)),
    facts([tu("check.size"), h("strong", null, formatNumber(size))], [tu("check.at"), moment(at)], [tu("check.root"), h("code", { class: "code" }, root)], [tu("check.signature"), signature]),
    h("button", { type: "button", class: "button", "aria-label": `${tu("check.download")} : ${titleOf(checkpoint)}`, onclick: save }, tu("check.download")),
  );
}

/** How often a running verification is asked how far it is, in milliseconds. */
const askAgain = 700;

function verifyPart(done: () => void): { element: HTMLElement; destroy(): void } {
  const state = h("div", { class: "verification" });
  const said = h("p", { class: "visually-hidden", role: "status" });
  const button = h("button", { type: "button", class: "button button-primary", onclick: () => void start() }, icon("shield", 18), tu("verify.run"));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;

  const start = async (): Promise<void> => {
    if (await act(button, async () => show(await startVerification(), true))) button.disabled = true;
  };
  const follow = async (): Promise<void> => {
    try {
      show(await getVerification(), true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      button.disabled = false;
      fill(state, note(failure(error), "bad"));
    }
  };
  const show = (now: Verification, watched: boolean): void => {
    if (gone) return;
    button.disabled = now.running;
    if (now.running) {
      const text = tu("verify.running", { done: now.done, total: now.total });
      fill(state, h("p", null, text), h("progress", { class: "bar bar-wide", max: Math.max(1, now.total), value: now.done, "aria-label": tu("verify.progress") }));
      timer = setTimeout(() => void follow(), askAgain);
      return;
    }
    fill(state, ...outcome(now));
    if (watched && now.finished_at) {
      said.textContent = tu(now.findings.every((finding) => verdict(finding) === "well") ? "verify.allWell" : "verify.wrong");
      done();
    }
  };
  void load(state, getVerification, (now) => show(now, false));
  return {
    element: h("section", { class: "card" }, h("h3", null, tu("verify.title")), h("p", { class: "help" }, tu("verify.text")), h("div", null, button), state, said),
    destroy(): void {
      gone = true;
      clearTimeout(timer);
    },
  };
}

function outcome({ problem, findings, started_at: started, finished_at: finished }: Verification): Child[] {
  if (problem) return [note(problem, "bad")];
  if (!finished) return [h("p", { class: "help" }, tu("verify.never"))];
  const well = findings.every((finding) => verdict(finding) === "well");
  const seconds = started ? (new Date(finished).getTime() - new Date(started).getTime()) / 1000 : 0;
  return [
    note([h("strong", null, tu(well ? "verify.allWell" : "verify.wrong")), " ", tu("verify.finished", { at: formatMoment(finished), seconds: Math.max(0.1, Math.round(seconds * 10) / 10) })], well ? "good" : "bad"),
    h("ul", { class: "findings" }, ...findings.map(findingItem)),
  ];
}

function findingItem(finding: Finding): HTMLElement {
  const { lines, erased, checkpoints, problems, first_bad: line = 0, after = 0, up_to: upTo = 0 } = finding;
  const found = verdict(finding);
  const words = {
    well: () => tu("verify.well", { lines, checkpoints }),
    line: () => tu("verify.line", { n: line }),
    range: () => tu("verify.range", { after, upTo }),
    bad: () => tu("verify.bad"),
  };
  return h(
    "li",
    { class: `finding finding-${found === "well" ? "well" : "bad"}` },
    icon(found === "well" ? "check" : "warning"),
    h("div", null, h("strong", null, titleOf(finding)), h("p", null, words[found]()), ...problems.map((problem) => h("p", null, problem)), erased > 0 ? h("p", { class: "help" }, tu("verify.erased", { n: erased })) : null),
  );
}

const logOf = (origin: string): LogName | null => (origin.endsWith("/journal") ? "journal" : origin.endsWith("/consultations") ? "consultations" : null);

function comparePart(key: () => string): HTMLElement {
  const input = h("textarea", { class: "input code-input", rows: 6, spellcheck: "false", autocomplete: "off" });
  const made = field(input, { label: tu("compare.field"), help: tu("compare.text") });
  const answer = h("div", { role: "status" });
  const button = h("button", { type: "submit", class: "button" }, tu("compare.run"));
  const compare = async (): Promise<void> => {
    fill(answer);
    made.setError(null);
    const text = `${input.value.replaceAll("\r\n", "\n").trim()}\n`;
    const told = readNote(text);
    const log = told && logOf(told.origin);
    if (!told || !log) return wrong(tu("compare.unreadable"));
    if ((await signedBy(text, key())) === false) return wrong(tu("compare.unsigned"));
    await act(button, async () => fill(answer, await judge(told, log)));
    announce(answer.textContent ?? "");
  };
  const wrong = (message: string): void => {
    made.setError({ message });
    input.focus();
  };
  return h("section", { class: "card" }, h("h3", null, tu("compare.title")), h("form", { class: "compare", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void compare()) }, made.element, h("div", null, button), answer));
}

/**
 * Whether today's log begins with the one that the checkpoint attests, computed here from the server's proof. A checkpoint does not say which
 * node's log it is of: it is held against that of each.
 */
async function judge(told: Note, log: LogName): Promise<HTMLElement> {
  if (told.size === 0) return note(tu("compare.empty"));
  const now = (await getCheckpoints()).checkpoints.filter((checkpoint) => checkpoint.log === log);
  const most = Math.max(...now.map(({ size }) => size));
  if (now.length > 0 && most < told.size) return note(tu("compare.shorter", { size: most, old: told.size }), "bad");
  for (const { node, size } of now) {
    if (size < told.size) continue;
    const proof = await proveConsistency(log, told.size, node);
    if (proof.old === told.size && (await consistent({ ...proof, old_root: told.root })))
      return note(tu("compare.good", { old: told.size, log: titleOf({ log, ...(node === undefined ? {} : { node }) }), at: told.time ? formatMoment(told.time) : "—", size: proof.size }), "good");
  }
  return note(tu("compare.bad", { old: told.size }), "bad");
}
