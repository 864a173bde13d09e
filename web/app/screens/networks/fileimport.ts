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
  const form = select([{ value: "edges", label: tn("file.form.edges") }, { value: "matrix", label: tn("file.form.matrix") }, { value: "graphml", label: "GraphML" }], tn("file.detected"), "", again);
  const directed = select([{ value: "true", label: tn("file.directed.yes") }, { value: "false", label: tn("file.directed.no") }], tn("file.detected"), "", again);
  const kind = select(words("link_kinds").filter(({ value }) => (linkKinds as readonly string[]).includes(value)), tn("file.detected"), "", again);
  const network = h("input", { class: "input", maxlength: 20, spellcheck: "false", autocomplete: "off", autocapitalize: "characters", placeholder: "R-13-7KQ" });
  const target = select([{ value: "new", label: tn("file.network.new") }, { value: "code", label: tn("file.network.known") }, { value: "none", label: tn("file.network.none") }], null, "new", () => shape());
  const territory = territoryField({ label: tn("file.territory"), help: tn("file.territory.help") });
  const exercise = territoryField({ label: tn("file.exercise"), help: tn("file.exercise.help"), changed: again });
  const create = checkbox(tn("file.create"), true);
  const fields = {
    file: fileField({ label: tn("file.choose"), help: tn("file.formats"), required: true }, accepted, (chosen) => ((file = chosen), void read())),
    form: field(form, { label: tn("file.form") }),
    directed: field(directed, { label: tn("file.directed") }),
    kind: field(kind, { label: tn("file.kind"), help: tn("file.kind.help") }),
    target: field(target, { label: tn("file.network") }),
    network: field(network, { label: tn("code") }),
    territory: territory.field,
    exercise: exercise.field,
  };
  const errors = formErrors(fields);
  const seen = h("section", { class: "net-file-seen", "aria-live": "polite", "aria-label": tn("file.seen") });
  const submit = h("button", { type: "submit", class: "button button-primary", disabled: true }, icon("upload", 18), tn("file.bring"));

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
    fill(seen, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), tn("file.reading", { name: file.name })));
    try {
      const found = await readGraphFile(file, reading(), mine.signal);
      create.element.hidden = found.creatable === 0;
      fill(seen, ...shown(found));
      submit.disabled = found.tie_count === 0;
      announce(tn("file.read", { nodes: found.node_count, ties: found.tie_count }));
    } catch (error) {
      if (mine.signal.aborted) return;
      fill(seen);
      errors.problem(error);
    }
  };

  const send = async (): Promise<void> => {
    errors.clear();
    if (!file) return errors.show([{ field: "file", message: tn("file.missing") }]);
    const query = {
      ...reading(),
      ...(target.value === "new" ? { network: "new", ...(territory.get() === "" ? {} : { territory: territory.get() }) } : {}),
      ...(target.value === "code" ? { network: network.value.trim().toUpperCase() } : {}),
      ...(create.input.checked && !create.element.hidden ? { create: "true" as const } : {}),
    };
    submit.disabled = true;
    try {
      const came = await importGraphFile(file, query, key(query as unknown as Json));
      toast(tn("file.came", { n: came.links }), "good");
      if (came.known > 0 || came.left_out > 0) toast(tn("file.left", { known: formatNumber(came.known), left: formatNumber(came.left_out) }));
      host.go(came.network ? graphOf({ network: came.network }) : noList);
    } catch (error) {
      submit.disabled = false;
      errors.problem(error);
    }
  };

  shape();
  create.element.hidden = true;
  exercise.field.element.hidden = !store.get().me.synthetic;
  host.title(tn("file.title"));
  return {
    element: h(
      "form",
      { class: "desk-scroll op-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("h3", null, tn("file.title")),
      h("p", { class: "help" }, tn("file.intro")),
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
      [tn("file.form"), found.form === "graphml" ? "GraphML" : tn(`file.form.${found.form}`)],
      [tn("file.directed"), tn(found.directed ? "file.directed.yes" : "file.directed.no")],
      [tn("file.nodes"), formatNumber(found.node_count)],
      [tn("file.ties"), formatNumber(found.tie_count)],
      [tn("file.matched"), formatNumber(found.matched)],
      found.exercised ? [tn("file.exercised"), formatNumber(found.exercised)] : null,
      found.creatable > 0 ? [tn("file.creatable"), formatNumber(found.creatable)] : null,
    ),
    ...found.notes.map((text) => note(text)),
  ];
  if (without > 0) parts.push(note(tn("file.without", { n: without }), "warn"));
  if (found.problem_count > 0) {
    const lines = found.problems.slice(0, 100);
    parts.push(
      h("details", { class: "net-file-problems", open: found.problem_count < 10 }, h("summary", null, tn("file.problems", { n: found.problem_count })), table({
        caption: tn("file.problems", { n: found.problem_count }),
        rows: lines,
        key: (problem) => String(lines.indexOf(problem)),
        columns: [
          { label: tn("file.line"), cell: ({ line }) => (line ? formatNumber(line) : "–"), number: true },
          { label: tn("file.value"), cell: ({ value }) => value ?? "" },
          { label: tn("file.reason"), cell: ({ reason }) => reason },
        ],
      }).element),
    );
  }
  parts.push(
    h("details", null, h("summary", null, tn("file.nodes.first")), table({
      caption: tn("file.nodes.first"),
      rows: found.nodes.slice(0, 100),
      key: (node) => node.key,
      columns: [
        { label: tn("file.node"), cell: ({ key: name, label }) => (label ? `${name} · ${label}` : name) },
        { label: tn("places"), cell: ({ place }) => (place ? `${place.reference}${place.name ? ` · ${place.name}` : ""}` : "–") },
        { label: tn("file.how"), cell: ({ how }) => tn(`file.how.${how}`) },
      ],
    }).element),
    h("details", null, h("summary", null, tn("file.ties.first")), table({
      caption: tn("file.ties.first"),
      rows: found.ties.slice(0, 100),
      key: (tie) => `${found.ties.indexOf(tie)}`,
      columns: [
        { label: tn("file.from"), cell: ({ from }) => from },
        { label: tn("file.to"), cell: ({ to }) => to },
        { label: tn("file.kind"), cell: ({ kind }) => word("link_kinds", kind) },
        { label: tn("file.strength"), cell: ({ strength }) => formatNumber(strength), number: true },
      ],
    }).element),
  );
  return parts;
}
