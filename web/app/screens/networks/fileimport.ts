import { importGraphFile, readGraphFile, type FileReading, type GraphReading } from "../../api/networks";
import { formatNumber } from "../../core/format";
import { keyring } from "../../core/keyring";
import { graphOf, linkKinds, noList } from "../../core/networks";
import type { Json } from "../../core/json";
import { t } from "../../i18n";
import { store } from "../../state";
import { announce, toast } from "../../ui/announce";
import { checkbox, field, select } from "../../ui/field";
import { fileField } from "../../ui/file";
import { debounce, fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word, words } from "../../ui/words";
import { formErrors } from "../desk/form";
import { facts, note } from "../desk/parts";
import { table } from "../desk/table";
import { tf } from "./filewords";
import type { NetworksHost, NetworksPage } from "./index";
import { territoryField } from "./territory";
import { tn } from "./words";

const accepted = ".csv,.txt,.tsv,.graphml,.xml";

/** Brings a file of nodes and ties onto the map: chosen, read and looked at first, then written, all or none. */
export function importPage(host: NetworksHost): NetworksPage {
  let file: File | null = null;
  let asked: AbortController | null = null;
  const key = keyring();
  const again = debounce(150, () => void read());
  const form = select([{ value: "edges", label: tf("form.edges") }, { value: "matrix", label: tf("form.matrix") }, { value: "graphml", label: "GraphML" }], tf("detected"), "", again);
  const directed = select([{ value: "true", label: tf("directed.yes") }, { value: "false", label: tf("directed.no") }], tf("detected"), "", again);
  const kind = select(words("link_kinds").filter(({ value }) => (linkKinds as readonly string[]).includes(value)), tf("detected"), "", again);
  const network = h("input", { class: "input", maxlength: 20, spellcheck: "false", autocomplete: "off", autocapitalize: "characters", placeholder: "R-13-7KQ" });
  const target = select([{ value: "new", label: tf("network.new") }, { value: "code", label: tf("network.known") }, { value: "none", label: tf("network.none") }], null, "new", () => shape());
  const territory = territoryField({ label: tf("territory"), help: tf("territory.help") });
  const exercise = territoryField({ label: tf("exercise"), help: tf("exercise.help"), changed: again });
  const create = checkbox(tf("create"), true);
  const fields = {
    file: fileField({ label: tf("choose"), help: tf("formats"), required: true }, accepted, (chosen) => ((file = chosen), void read())),
    form: field(form, { label: tf("form") }),
    directed: field(directed, { label: tf("directed") }),
    kind: field(kind, { label: tf("kind"), help: tf("kind.help") }),
    target: field(target, { label: tf("network") }),
    network: field(network, { label: tn("code") }),
    territory: territory.field,
    exercise: exercise.field,
  };
  const errors = formErrors(fields);
  const seen = h("section", { class: "net-file-seen", "aria-live": "polite", "aria-label": tf("seen") });
  const submit = h("button", { type: "submit", class: "button button-primary", disabled: true }, icon("upload", 18), tf("bring"));

  const shape = (): void => {
    fields.network.element.hidden = target.value !== "code";
    territory.field.element.hidden = target.value !== "new";
  };
  const reading = (): FileReading => ({
    name: file?.name ?? "",
    ...(form.value === "" ? {} : { form: form.value as "edges" }),
    ...(directed.value === "" ? {} : { directed: directed.value as "true" }),
    ...(kind.value === "" ? {} : { kind: kind.value as "supplies" }),
    ...(exercise.get() === "" ? {} : { exercise: exercise.get() }),
  });

  const read = async (): Promise<void> => {
    asked?.abort();
    errors.clear();
    submit.disabled = true;
    if (!file) return fill(seen);
    const mine = (asked = new AbortController());
    fill(seen, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), tf("reading", { name: file.name })));
    try {
      const found = await readGraphFile(file, reading(), mine.signal);
      create.element.hidden = found.creatable === 0;
      fill(seen, ...shown(found));
      submit.disabled = found.tie_count === 0;
      announce(tf("read", { nodes: found.node_count, ties: found.tie_count }));
    } catch (error) {
      if (mine.signal.aborted) return;
      fill(seen);
      errors.problem(error);
    }
  };

  const send = async (): Promise<void> => {
    errors.clear();
    if (!file) return errors.show([{ field: "file", message: tf("missing") }]);
    const query = {
      ...reading(),
      ...(target.value === "new" ? { network: "new", ...(territory.get() === "" ? {} : { territory: territory.get() }) } : {}),
      ...(target.value === "code" ? { network: network.value.trim().toUpperCase() } : {}),
      ...(create.input.checked && !create.element.hidden ? { create: "true" as const } : {}),
    };
    submit.disabled = true;
    try {
      const came = await importGraphFile(file, query, key(query as unknown as Json));
      toast(tf("came", { n: came.links }), "good");
      if (came.known > 0 || came.left_out > 0) toast(tf("left", { known: formatNumber(came.known), left: formatNumber(came.left_out) }));
      host.go(came.network ? graphOf({ network: came.network }) : noList);
    } catch (error) {
      submit.disabled = false;
      errors.problem(error);
    }
  };

  shape();
  create.element.hidden = true;
  exercise.field.element.hidden = !store.get().me.synthetic;
  host.title(tf("title"));
  return {
    element: h(
      "form",
      { class: "desk-scroll op-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("h3", null, tf("title")),
      h("p", { class: "help" }, tf("intro")),
      errors.element,
      fields.file.element,
      h("div", { class: "op-grid" }, fields.form.element, fields.directed.element, fields.kind.element),
      h("div", { class: "op-grid" }, fields.target.element, fields.network.element, territory.field.element, exercise.field.element),
      create.element,
      seen,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => history.back() }, t("common.cancel")), submit),
    ),
    destroy: () => (again.cancel(), asked?.abort()),
  };
}

/** What was read, and what would come of it. */
function shown(found: GraphReading): HTMLElement[] {
  const without = found.node_count - found.matched - found.creatable - (found.exercised ?? 0);
  const parts = [
    facts(
      [tf("form"), found.form === "graphml" ? "GraphML" : tf(`form.${found.form}`)],
      [tf("directed"), tf(found.directed ? "directed.yes" : "directed.no")],
      [tf("nodes"), formatNumber(found.node_count)],
      [tf("ties"), formatNumber(found.tie_count)],
      [tf("matched"), formatNumber(found.matched)],
      found.exercised ? [tf("exercised"), formatNumber(found.exercised)] : null,
      found.creatable > 0 ? [tf("creatable"), formatNumber(found.creatable)] : null,
    ),
    ...found.notes.map((text) => note(text)),
  ];
  if (without > 0) parts.push(note(tf("without", { n: without }), "warn"));
  if (found.problem_count > 0) {
    const lines = found.problems.slice(0, 100);
    parts.push(
      h("details", { class: "net-file-problems", open: found.problem_count < 10 }, h("summary", null, tf("problems", { n: found.problem_count })), table({
        caption: tf("problems", { n: found.problem_count }),
        rows: lines,
        key: (problem) => String(lines.indexOf(problem)),
        columns: [
          { label: tf("line"), cell: ({ line }) => (line ? formatNumber(line) : "–"), number: true },
          { label: tf("value"), cell: ({ value }) => value ?? "" },
          { label: tf("reason"), cell: ({ reason }) => reason },
        ],
      }).element),
    );
  }
  parts.push(
    h("details", null, h("summary", null, tf("nodes.first")), table({
      caption: tf("nodes.first"),
      rows: found.nodes.slice(0, 100),
      key: (node) => node.key,
      columns: [
        { label: tf("node"), cell: ({ key: name, label }) => (label ? `${name} · ${label}` : name) },
        { label: tn("places"), cell: ({ place }) => (place ? `${place.reference}${place.name ? ` · ${place.name}` : ""}` : "–") },
        { label: tf("how"), cell: ({ how }) => tf(`how.${how}`) },
      ],
    }).element),
    h("details", null, h("summary", null, tf("ties.first")), table({
      caption: tf("ties.first"),
      rows: found.ties.slice(0, 100),
      key: (tie) => `${found.ties.indexOf(tie)}`,
      columns: [
        { label: tf("from"), cell: ({ from }) => from },
        { label: tf("to"), cell: ({ to }) => to },
        { label: tf("kind"), cell: ({ kind }) => word("link_kinds", kind) },
        { label: tf("strength"), cell: ({ strength }) => formatNumber(strength), number: true },
      ],
    }).element),
  );
  return parts;
}
